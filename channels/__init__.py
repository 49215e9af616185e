"""The messengers: one file each carries messages in and out, and nobody else knows how it speaks."""
