"""What people do, each a job that writes: by hand, over the sources, taken back, forgotten."""
