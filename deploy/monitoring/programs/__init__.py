"""Go modules of the programs that logs and traces need and no distribution has: each pinned whole, by its go.sum.

`collector` is what OpenTelemetry's builder made of its builder.yaml (`go tool builder --skip-compilation`).
"""
