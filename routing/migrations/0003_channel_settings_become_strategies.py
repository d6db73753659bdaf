"""What channels said themselves about who answers becomes a strategy of the same name."""

from django.db import migrations


def move_settings(apps, schema_editor):
    Channel = apps.get_model("routing", "Channel")
    Strategy = apps.get_model("routing", "Strategy")
    for channel in Channel.objects.exclude(is_ai_enabled=True, misses_before_handoff=3):
        channel.strategy, _ = Strategy.objects.get_or_create(
            name=f"{channel.name} ({channel.key})"[:60],
            defaults={
                "mode": "ai_first" if channel.is_ai_enabled else "person_only",
                "misses_before_handoff": channel.misses_before_handoff,
            },
        )
        channel.save(update_fields=["strategy"])


def move_back(apps, schema_editor):
    for channel in apps.get_model("routing", "Channel").objects.exclude(strategy=None).select_related("strategy"):
        channel.is_ai_enabled = channel.strategy.mode != "person_only"
        channel.misses_before_handoff = channel.strategy.misses_before_handoff
        channel.save(update_fields=["is_ai_enabled", "misses_before_handoff"])


class Migration(migrations.Migration):

    dependencies = [("routing", "0002_strategies_hours_rules_and_intents")]

    operations = [migrations.RunPython(move_settings, move_back)]
