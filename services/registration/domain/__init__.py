"""What registration decides, without any technology."""
