"""The secrets that sign customers' identities were readable in the database; written again, they are encrypted."""

from django.db import migrations


def encrypt(apps, schema_editor):
    channels = apps.get_model("routing", "Channel")
    for channel in channels.objects.only("identity_secret"):
        channel.save(update_fields=["identity_secret"])


class Migration(migrations.Migration):
    dependencies = [("routing", "0006_channels_of_platforms")]

    operations = [migrations.RunPython(encrypt, migrations.RunPython.noop)]
