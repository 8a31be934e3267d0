"""What is measured: the integration, its limits, and what people would use instead."""
