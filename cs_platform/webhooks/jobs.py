"""Webhooks listen to the outbox, and the ticker sends them."""

from cs_platform.events import register_publisher
from cs_platform.jobs import schedule_job
from cs_platform.sweeps import register_sweep
from cs_platform.webhooks.courier import due_deliveries, new_courier
from cs_platform.webhooks.endpoints import forget_old_deliveries
from cs_platform.webhooks.publishing import publish, wants

register_publisher("webhooks", wants=wants, publish=publish)
register_sweep("webhooks", new_courier().start_due, every=0.5, thread=True, rows=due_deliveries)
schedule_job("forget old webhook deliveries", forget_old_deliveries, cron="23 3 * * *")
