"""The settings: frozen models of what `rasoat.toml` and the environment say, and how they are read."""
