"""What screening decides, without any technology."""
