"""Mail and other channels: what waits to be told, and the telling of it."""
