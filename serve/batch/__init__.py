"""Batch: a file of requests in, a file of personal answers out."""
