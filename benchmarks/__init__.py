"""Measurements that print ratios against a reference run beside them; nothing here is a test."""
