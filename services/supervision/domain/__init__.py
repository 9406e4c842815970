"""What supervision decides, without any technology."""
