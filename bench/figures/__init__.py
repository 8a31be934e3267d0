"""What is measured of the contenders, one subject a module."""
