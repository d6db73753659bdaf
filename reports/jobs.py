"""What runs beside the requests: facts and figures follow what was said within a second or two."""

from conversations.events import CustomerMerged, DemoWanted, OrderSaved, RatingGiven
from cs_platform.events import on
from cs_platform.jobs import register_sweep
from marketing.events import LeadCaptured
from reports.building import sweep_episodes
from reports.handlers import note_demo, note_lead, note_merger, note_order, note_rating

register_sweep("reports", sweep_episodes, every=1.5, thread=True)
on(RatingGiven, note_rating)
on(OrderSaved, note_order)
on(CustomerMerged, note_merger)
on(LeadCaptured, note_lead)
on(DemoWanted, note_demo)
