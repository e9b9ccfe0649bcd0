"""The core: values and rules of the trade. No input, no output, no clock, no chance."""
