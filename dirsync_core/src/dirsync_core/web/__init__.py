"""The application that `dirsync serve` runs: mounts of providers, the API, the pages."""
