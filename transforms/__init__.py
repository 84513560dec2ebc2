"""What becomes of it: pure functions, frame to frame and image to image."""
