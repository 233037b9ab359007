"""Programs that measure speed and size, and the generator of what they measure on."""
