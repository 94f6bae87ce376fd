"""The settings: frozen models of `rasoat.toml` and the environment, and how they are read."""
