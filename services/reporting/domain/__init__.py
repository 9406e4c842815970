"""What reporting decides, without any technology."""
