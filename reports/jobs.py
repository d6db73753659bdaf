"""What runs beside the requests: facts and figures follow what was said within a second or two."""

from conversations.events import CustomerMerged, DemoWanted, OrderSaved, RatingGiven
from conversations.services.erasing import also_erase
from cs_platform.events import on
from cs_platform.jobs import schedule_job
from cs_platform.sweeps import register_sweep
from kb.gap_effects import register_counting
from marketing.events import BroadcastFinished, LeadCaptured
from reports.building import sweep_episodes
from reports.gap_effects import count_effects
from reports.handlers import erase_words, note_broadcast, note_demo, note_lead, note_merger, note_order, note_rating
from reports.weekly import mail_reports, write_weekly_report

register_counting(count_effects)
schedule_job("weekly report", write_weekly_report, cron="0 8 * * 1")
schedule_job("weekly report by mail", mail_reports, cron="*/30 * * * *")
register_sweep("reports", sweep_episodes, every=1.5, thread=True)
on(RatingGiven, note_rating)
on(OrderSaved, note_order)
on(CustomerMerged, note_merger)
on(LeadCaptured, note_lead)
on(BroadcastFinished, note_broadcast)
on(DemoWanted, note_demo)
also_erase(erase_words)
