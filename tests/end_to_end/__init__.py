"""The real process, between strict peers: what people do, what the feed brings, what arrives."""
