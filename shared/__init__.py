"""What every service may use: contracts, stores, messaging, privacy, the campaign plan."""
