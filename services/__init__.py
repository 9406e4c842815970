"""The five services, one folder a team; none imports another."""
