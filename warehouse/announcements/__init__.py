"""Ministry decisions on their way to the province's own, and what reports count of them."""
