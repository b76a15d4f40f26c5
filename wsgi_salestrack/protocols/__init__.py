"""The dialects: each module turns raw requests into values and outcomes into answers."""
