"""What tests share: parts, people, servers and files to test with."""
