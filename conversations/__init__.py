"""What people are asked, in which order, and in which words."""
