"""What the rooms say to each other: envelope, topics, one module of events per owning room."""
