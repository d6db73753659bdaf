"""Outbound webhooks by the Standard Webhooks specification.

An event that an endpoint asked for becomes a `WebhookDelivery` in the transaction that takes it from the outbox
(`publishing`); a thread per endpoint sends what is due (`sending`, `courier`); `endpoints` is what people and programs
do.
"""
