"""What a site decides, without any technology."""
