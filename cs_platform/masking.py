"""Personal data out of a text: before a model reads it, and before a question becomes knowledge for everybody.

The marks are the square-bracket ones of Chinese platforms, which the search passes over.
"""

import re

_DIGIT = r"(?:\d[ -]?)"
SURNAMES = (
    "欧阳|上官|司马|诸葛|皇甫|尉迟|令狐|东方|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚"
    "沈钟姜崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷"
    "申欧耿关兰焦俞柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚"
    "岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊]"
)
# What Chinese people are called, and no second half of a word that begins like a surname: 顾客, 黄牛, 程序员.
_GIVEN = (
    "[伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞刚辉鹏飞华玲梅琴峰波斌凯浩宇轩涵梓欣怡佳嘉晨俊睿博瑞泽雪婷倩颖琳琪瑶莹璐慧洁萍燕莉莎薇"
    "蕾岚凤琦瑾瑜婉悦彤萱昊然翔航健毅恒邦振宏鸿蓉莲菊姗珊珂辰旭晖晗曦昕煜烨炜炎焱彬彪雄豪娇媛娥妍妮婧菲芸芝芬茜茹莲蔓淑惠贞霖霆鑫"
    "淼森钰铭锋钧锐骏骁麟哲皓皎玮珏琛璇璟珺琼瑛聪勤勋坤培奎奕威娴嫣宸尧岩峻帆廷彦御忻恺悠晟晶朋柏栋桐楠樱毓泓洪涵淇湘滢潇澜炳烁烽"
    "熙爽玥祺祥禹竹筠绮绣翠耀芮苓若荷菁萌葵虹蝶裕诗谦豫贤轶逸逍遥邈郁锦霄韵颜骞鹤黛龙]"
)
# Common in names of two characters, and by themselves in too many words: 高兴, 关心, 全国.
_GIVEN_BESIDE = (
    "[小大东南北春夏秋冬天亮光晓宝生成立民清德福贵荣发财旺兴庆学书乐宁康安达良善玉珍珠美爱心星阳文红兰平桂建国志云雨子思海江山川胜利正"
    "义礼信忠孝仁和永新兵卫家长根水木金土林松柳梦可之以如世卿景士开克友有元启道远进全顺益诚智君晴虎武]"
)
# Towns, and words, that read like a name.
_NO_NAME = (
    "江苏|沈阳|宁波|唐山|龙岩|桂林|金华|安阳|常德|宁德|安庆|武威|龙华|龙海|江山|江阴|万宁|荆门|成华|海宁|安康|齐齐|温江|景洪|常宁|凌晨|冷静|安静"
    "|简洁|和平|黄金|白金|白云|白雪|高雄|高峰|高明|安然|盛泽|连云|安宁|黎明|石英|康健|全英|单杰|项链|管理|童装"
)
_WHO_SPEAKS = r"我(?:就)?是|我(?:的名字)?叫|(?:这里|这边)是|本人(?:是|叫)?"
_BEHIND_A_NAME = r"(?=$|[^\u4e00-\u9fff\w]|[\dA-Za-z]|[的想要请麻刚之上昨今前在买拍来电手订下收啊呀呢哦啦哈和跟同住])"
_RULES = (
    (re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"), "[邮箱]"),
    (re.compile(r"(?<!\d)\d{6}(?:19|20)\d{9}[\dXx](?![\dA-Za-z])"), "[证件号]"),
    (re.compile(rf"(?<!\d)(?:\+?86[ -]?)?1[3-9]{_DIGIT}{{8}}\d(?!\d)"), "[手机号]"),
    (re.compile(r"(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)"), "[电话]"),
    (
        re.compile(r"((?:微信号?|vx|wx|v信|qq)\s*[:：是]?\s*)[A-Za-z0-9][\w-]{4,19}(?![\w-])", re.IGNORECASE),
        r"\1[账号]",
    ),
    (
        re.compile(
            r"[\u4e00-\u9fff]{2,8}(?:省|市|区|县)[\u4e00-\u9fff\d]{1,20}(?:路|街|道|巷|村|镇|小区|花园)"
            r"[\u4e00-\u9fff\dA-Za-z-]{0,20}(?:号楼?|栋|幢|单元|室|楼)"
        ),
        "[地址]",
    ),
    # A name only where the text says that it is one: a name by itself looks like any other word.
    (
        re.compile(
            rf"((?:{_WHO_SPEAKS})\s*)(?!{_NO_NAME})(?:{SURNAMES})"
            rf"(?:(?:{_GIVEN}|{_GIVEN_BESIDE}){{2}}|{_GIVEN}){_BEHIND_A_NAME}"
        ),
        r"\1[姓名]",
    ),
    (
        re.compile(
            rf"((?:我叫|我的名字[是叫]|名字[是叫]?[:：]?|本人(?![于应向和连从常时]))\s*)(?:{SURNAMES})[\u4e00-\u9fff]{{1,2}}(?![\u4e00-\u9fff]{{0,1}}快递)"
        ),
        r"\1[姓名]",
    ),
    (
        re.compile(
            r"((?:收件人|收货人|联系人|机主|户名|姓名)(?:姓名)?(?:是|[:：])\s*)[\u4e00-\u9fff·]{2,5}",
        ),
        r"\1[姓名]",
    ),
    (re.compile(rf"(我(?:是)?姓)(?:{SURNAMES})"), r"\1[姓名]"),
    (re.compile(rf"(?:{SURNAMES})[\u4e00-\u9fff]{{0,2}}(?=先生|女士|小姐)"), "[姓名]"),
    (re.compile(r"(?<![\dA-Za-z])[A-Za-z]{0,4}\d{8,}(?![\dA-Za-z])"), "[号码]"),
)


def hide_personal(text: str) -> str:
    """The text without e-mail addresses, telephone, identity, account and order numbers, and street addresses."""
    for pattern, mark in _RULES:
        text = pattern.sub(mark, text)
    return text
