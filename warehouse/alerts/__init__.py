"""Letters that wait to be sent, and the news that they carry."""
