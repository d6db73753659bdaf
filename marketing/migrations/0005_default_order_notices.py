from django.db import migrations

TEXTS = {
    "shipped": "{name|亲}，您的订单 {order} 已发货，{carrier|快递}运单号 {tracking|稍后可查}。有问题随时在这里问我们。",
    "delayed": "{name|亲}，很抱歉，您的订单 {order} 的物流有些延误。最新进展：{latest|我们正在联系快递核实}。我们会继续跟进，有新消息马上告诉您。",
    "delivered": "{name|亲}，您的订单 {order} 已签收。使用中有任何问题，随时在这里联系我们。",
}


def create_texts(apps, schema_editor):
    notice = apps.get_model("marketing", "OrderNotice")
    for event, text in TEXTS.items():
        notice.objects.get_or_create(event=event, defaults={"text": text})


class Migration(migrations.Migration):
    dependencies = [("marketing", "0004_order_notices")]

    operations = [migrations.RunPython(create_texts, migrations.RunPython.noop)]
