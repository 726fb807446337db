"""Django's side of Kafka: consumers with MySQL behind them, and what they set aside."""
