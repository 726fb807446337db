"""What watches the system, apart from it: what is measured of stores, what is alarming, and who is told.

More than a dozen files: rules, boards, the look at Kafka and the relay to people have three or four each, and all
stand on the same names of metrics.
"""
