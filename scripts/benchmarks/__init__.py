"""What `scripts/bench` measures, by topic."""
