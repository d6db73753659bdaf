/*!
 * The chat that a shop puts on its pages with one line:
 *
 *   <script async src="https://HOST/widget.js" data-channel="CHANNEL_KEY"></script>
 *
 * Optional attributes
 *   data-lang="zh|en"        language (else the channel's, else the page's, else the browser's)
 *   data-position="left"     launcher in the left corner (default right)
 *   data-open="1"            open at load; ignored on phones, where it would cover the shop
 *   data-page="1"            a full page instead of a corner; with data-mount="#id" it fills that element
 *
 * Script interface (after the event "cschat:ready" on document)
 *   CSChat.open()            CSChat.close()
 *   CSChat.identify(token)   the shopper's identity, signed by the shop's server (a JWT)
 *   CSChat.on(name, fn)      name: "open", "close" or "unread" (fn gets the count); returns a function that stops it
 *
 * One file, no build, no dependency. Text reaches the page only as text nodes, styles only as constructed
 * sheets, so it runs under a strict Content-Security-Policy (the shop allows HOST in script-src, connect-src and
 * img-src). Pictures come from HOST only.
 */
(function () {
  "use strict";

  if (window.CSChat) return;

  // ------------------------------------------------------------------ 1 settings

  const script = document.currentScript || document.querySelector("script[data-channel]");
  const settings = script ? script.dataset : {};
  if (!settings.channel) {
    console.warn("[chat] the script tag needs data-channel");
    return;
  }
  const HOST = new URL(script.src, location.href).origin;
  const CHANNEL = settings.channel;
  const IS_PAGE = settings.page === "1";

  const TEXT_LIMIT = 2000; // characters as the server counts them: code points, not UTF-16 units
  const COUNTER_FROM = 1800;
  const PING_EVERY_MS = 20000;
  const PONG_WITHIN_MS = 8000;
  const WELCOME_WITHIN_MS = 10000;
  const ACK_WITHIN_MS = 8000;
  const ACK_TRIES = 4;
  const REFUSED_TRIES = 6;
  const GAP_PATIENCE_MS = 1200;
  const BACKOFF_FIRST_MS = 600;
  const BACKOFF_MAX_MS = 30000;
  const BACKOFF_MAX_WAITING_MS = 8000; // while somebody looks at it, or has written something
  const STABLE_AFTER_MS = 10000;
  const TYPING_SHOWN_MS = 7000;
  const TYPING_SENT_EVERY_MS = 3000;
  const SEPARATE_AFTER_MS = 5 * 60000;
  const CACHED_MESSAGES = 300;
  const IMAGE_WIDTH = 220;
  const FIELD_LIMITS = { name: 50, phone: 25, wechat: 40, email: 100, note: 300 };

  // ------------------------------------------------------------------ 2 words

  const STRINGS = {
    zh: {
      title: "在线客服",
      open: "打开客服聊天",
      close: "收起聊天",
      thread: "聊天记录",
      input: "输入消息",
      placeholder: "请输入您的问题",
      send: "发送",
      human: "转人工",
      human_label: "转接人工客服",
      human_text: "转人工",
      ai: "AI",
      ai_name: "AI 助手",
      agent_name: "人工客服",
      you: "我",
      sub_ai: "智能客服在线",
      sub_agent: "在线客服",
      sub_queued: "正在转接人工客服",
      sub_waiting: "等待客服回复",
      sub_human: "{name} 正在为您服务",
      sub_closed: "本次会话已结束",
      sub_offline: "连接已断开",
      queued: "正在排队，您是第 {n} 位",
      queued_next: "您排在第一位，请稍候",
      queued_unknown: "客服暂不在线，您的问题已记录",
      connecting: "正在连接…",
      reconnecting: "正在重新连接…",
      retry_in: "连接已断开，{n} 秒后重连",
      retry_live: "连接已断开，正在自动重连，您可以继续输入",
      no_network: "网络不可用，恢复后会自动发送",
      retry_now: "立即重连",
      back: "连接已恢复",
      sending: "发送中",
      waiting: "联网后自动发送",
      sent: "已发送",
      read: "已读",
      failed: "未发送",
      again: "重试",
      edit: "修改",
      typing_ai: "AI 正在回复",
      typing_agent: "{name} 正在输入",
      newest: "查看新消息",
      choices: "您可以点选",
      unread: "{n} 条未读消息",
      title_hint: "({n}) 新消息",
      too_long_hint: "最多 {n} 个字，请删减或分几条发送",
      rate_title: "本次服务您还满意吗？",
      rate_1: "很不满意",
      rate_2: "不满意",
      rate_3: "一般",
      rate_4: "满意",
      rate_5: "非常满意",
      rate_star: "{n} 星，{word}",
      rate_comment: "说说您的感受（选填）",
      rate_send: "提交评价",
      rate_thanks: "感谢您的评价",
      notice: "AI 自动回复，内容仅供参考",
      privacy: "隐私说明",
      error_rate_limited: "发送得有点快，稍后会自动发出",
      error_too_long: "消息太长，请分几条发送",
      error_empty: "消息内容不能为空",
      error_blocked: "暂时无法发送消息",
      error_option_gone: "这个问题已更新，请直接输入您的问题",
      error_other: "没有发送成功，请重试",
      error_file_gone: "附件已失效，请重新添加",
      queued_wait: "{place}，预计等待约 {n} 分钟",
      queued_back: "客服 {when} 回来，您的问题已记录",
      attach: "发送图片或文件",
      attached: "已添加的附件",
      drop: "松开即可添加图片或文件",
      remove: "移除 {name}",
      cancel: "取消上传 {name}",
      retry: "重新上传 {name}",
      uploading: "正在上传 {name}",
      uploaded: "{name} 已添加",
      upload_wait: "附件上传完成后即可发送",
      upload_failed: "上传失败",
      upload_type: "不支持的文件类型",
      upload_big: "超过 {n} MB",
      upload_many: "一次最多发送 {n} 个附件",
      upload_busy: "上传太频繁，请稍后重试",
      image: "图片 {name}",
      file: "文件 {name}，{size}",
      enlarge: "查看大图：{name}",
      lightbox: "查看图片",
      shut: "关闭",
      copy: "复制",
      copied: "已复制",
      call: "电话",
      field_name: "称呼",
      field_phone: "手机号",
      field_wechat: "微信号",
      field_email: "邮箱",
      field_note: "备注",
      optional: "选填",
      bad_missing: "请填写{field}",
      bad_phone: "请输入正确的手机号",
      bad_wechat: "请输入正确的微信号",
      bad_email: "请输入正确的邮箱",
      bad_any: "请至少填写一项",
      bad_consent: "请先勾选同意",
      card_send: "提交",
      card_sending: "提交中",
      card_sent: "已提交",
      card_gone: "这张卡片已失效",
      qr: "{name}的二维码",
      ask_product: "想了解一下：{name}",
      related: "您可能还需要",
      order_number: "订单号",
      tracking: "运单号",
      order_shipped: "已发货",
      order_delayed: "物流延误",
      order_delivered: "已签收",
    },
    en: {
      title: "Customer service",
      open: "Open the chat",
      close: "Close the chat",
      thread: "Conversation",
      input: "Message",
      placeholder: "Ask us anything",
      send: "Send",
      human: "Talk to a person",
      human_label: "Talk to a person",
      human_text: "Human agent please",
      ai: "AI",
      ai_name: "AI assistant",
      agent_name: "Support",
      you: "You",
      sub_ai: "AI assistant online",
      sub_agent: "Online",
      sub_queued: "Finding a person for you",
      sub_waiting: "A person will reply here",
      sub_human: "You are talking to {name}",
      sub_closed: "This conversation has ended",
      sub_offline: "Not connected",
      queued: "You are number {n} in the queue",
      queued_next: "You are first in the queue",
      queued_unknown: "Nobody is online right now, your question is kept",
      connecting: "Connecting…",
      reconnecting: "Reconnecting…",
      retry_in: "Connection lost, next try in {n} s",
      retry_live: "Connection lost, reconnecting by itself. You can keep typing",
      no_network: "No network. Messages go out once it is back",
      retry_now: "Try now",
      back: "Back online",
      sending: "Sending",
      waiting: "Sends when back online",
      sent: "Sent",
      read: "Read",
      failed: "Not sent",
      again: "Try again",
      edit: "Edit",
      typing_ai: "AI is answering",
      typing_agent: "{name} is typing",
      newest: "New messages",
      choices: "You can choose",
      unread: "{n} unread messages",
      title_hint: "({n}) New message",
      too_long_hint: "At most {n} characters: shorten it or send it in parts",
      rate_title: "How did we do?",
      rate_1: "Very poor",
      rate_2: "Poor",
      rate_3: "Okay",
      rate_4: "Good",
      rate_5: "Excellent",
      rate_star: "{n} stars, {word}",
      rate_comment: "Tell us more (optional)",
      rate_send: "Send rating",
      rate_thanks: "Thank you for your rating",
      notice: "Automatic answers by AI, for reference",
      privacy: "Privacy",
      error_rate_limited: "A little too fast, it will be sent in a moment",
      error_too_long: "This message is too long, please send it in parts",
      error_empty: "The message is empty",
      error_blocked: "Messages cannot be sent right now",
      error_option_gone: "This question has changed, please type yours",
      error_other: "This did not go through, please try again",
      error_file_gone: "The file is no longer there, please add it again",
      queued_wait: "{place}, about {n} min to wait",
      queued_back: "We are back {when}, your question is kept",
      attach: "Send a picture or a file",
      attached: "Files to be sent",
      drop: "Drop to add pictures or files",
      remove: "Remove {name}",
      cancel: "Stop uploading {name}",
      retry: "Upload {name} again",
      uploading: "Uploading {name}",
      uploaded: "{name} added",
      upload_wait: "You can send it once the files are uploaded",
      upload_failed: "Upload failed",
      upload_type: "This kind of file is not taken",
      upload_big: "More than {n} MB",
      upload_many: "At most {n} files at once",
      upload_busy: "Too many uploads, please try again later",
      image: "Picture {name}",
      file: "File {name}, {size}",
      enlarge: "Enlarge {name}",
      lightbox: "Picture",
      shut: "Close",
      copy: "Copy",
      copied: "Copied",
      call: "Phone",
      field_name: "Name",
      field_phone: "Phone",
      field_wechat: "WeChat ID",
      field_email: "E-mail",
      field_note: "Note",
      optional: "optional",
      bad_missing: "Please fill in: {field}",
      bad_phone: "Please check the phone number",
      bad_wechat: "Please check the WeChat ID",
      bad_email: "Please check the e-mail address",
      bad_any: "Please fill in at least one field",
      bad_consent: "Please tick the box first",
      card_send: "Send",
      card_sending: "Sending",
      card_sent: "Sent",
      card_gone: "This card is no longer valid",
      qr: "QR code of {name}",
      ask_product: "Tell me about: {name}",
      related: "Goes with it",
      order_number: "Order",
      tracking: "Tracking",
      order_shipped: "Sent",
      order_delayed: "Delayed",
      order_delivered: "Delivered",
    },
  };

  // What a code of the server says to a shopper; any other is "error_other".
  const ERROR_WORDS = {
    rate_limited: "error_rate_limited",
    too_long: "error_too_long",
    empty: "error_empty",
    blocked: "error_blocked",
    unknown_option: "error_option_gone",
    unknown_attachment: "error_file_gone",
  };
  const PASSING = new Set(["rate_limited", "busy", "internal"]); // the same message may go through later
  const MENDED_BY_HELLO = new Set(["hello_first", "gone", "invalid_identity"]);
  const NEEDS_EDIT = new Set(["too_long", "empty", "unknown_option", "unknown_attachment"]);

  let words = STRINGS.zh;
  let locale = "zh-CN";

  function t(key, values) {
    return words[key].replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
  }

  function chooseLanguage(configured) {
    const wanted = settings.lang || configured || document.documentElement.lang || navigator.language || "zh";
    const isChinese = /^zh/i.test(wanted);
    words = isChinese ? STRINGS.zh : STRINGS.en;
    locale = isChinese ? "zh-CN" : "en";
  }

  // ------------------------------------------------------------------ 3 small tools

  // Storage may be blocked or full: then the value lives as long as the page.
  function openStore(kind) {
    const prefix = `cschat|${HOST}|${CHANNEL}|`;
    const memory = new Map();
    let area = null;
    try {
      area = window[kind];
      area.setItem(prefix + "probe", "1");
      area.removeItem(prefix + "probe");
    } catch (error) {
      area = null;
    }
    return {
      prefix,
      get(name) {
        if (memory.has(name)) return memory.get(name);
        return area ? area.getItem(prefix + name) : null;
      },
      set(name, value) {
        try {
          if (!area) throw new Error("blocked");
          area.setItem(prefix + name, value);
          memory.delete(name);
        } catch (error) {
          memory.set(name, value);
        }
      },
      remove(name) {
        memory.delete(name);
        if (area) area.removeItem(prefix + name);
      },
      names(start) {
        const found = [...memory.keys()];
        for (let i = 0; area && i < area.length; i += 1) {
          const key = area.key(i);
          if (key.startsWith(prefix)) found.push(key.slice(prefix.length));
        }
        return [...new Set(found)].filter((name) => name.startsWith(start));
      },
    };
  }

  function parseJson(text) {
    try {
      const value = JSON.parse(text);
      return value && typeof value === "object" ? value : null;
    } catch (error) {
      return null;
    }
  }

  // crypto.randomUUID exists only on https; a shop tested by its LAN address must work too.
  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // No database stores NUL or half a surrogate pair.
  function cleanText(text) {
    return text
      .replace(/\0/g, "")
      .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/g, "\uFFFD")
      .replace(/(^|[^\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "$1\uFFFD")
      .trim();
  }

  const lengthOf = (text) => [...text].length;
  const sameText = (a, b) => a.replace(/\s+/g, " ").trim() === b.replace(/\s+/g, " ").trim();
  const sameFiles = (a, b) => a.attachments.map((one) => one.id).join() === b.attachments.map((one) => one.id).join();
  const clip = (text, limit) => String(text || "").slice(0, limit);

  function el(tag, properties, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name === "class") node.className = value;
      else if (name === "text") node.textContent = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter(Boolean));
    return node;
  }

  const ICONS = {
    chat: ["M12 3.5c-5 0-9 3.4-9 7.6 0 2.4 1.3 4.6 3.4 6-.1 1-.5 2.1-1.3 3.1 1.9-.2 3.5-.9 4.7-1.8.7.1 1.4.2 2.2.2 5 0 9-3.4 9-7.5s-4-7.6-9-7.6z"],
    down: ["M6 9.5l6 6 6-6"],
    close: ["M6.5 6.5l11 11M17.5 6.5l-11 11"],
    send: ["M12 19V5.5M5.5 11.5L12 5l6.5 6.5"],
    next: ["M9.5 6.5l5.5 5.5-5.5 5.5"],
    spark: ["M11 4.5l1.7 4.8 4.8 1.7-4.8 1.7L11 17.5l-1.7-4.8L4.5 11l4.8-1.7z", "M18 15.5v4M16 17.5h4"],
    headset: ["M4.5 14v-2a7.5 7.5 0 0 1 15 0v2", "M4.5 14.5a1.5 1.5 0 0 1 1.5-1.5h1.5v5.5H6A1.5 1.5 0 0 1 4.5 17zM19.5 14.5a1.5 1.5 0 0 0-1.5-1.5h-1.5v5.5H18a1.5 1.5 0 0 0 1.5-1.5z", "M19.5 17.5c0 1.7-1.8 3-4.5 3h-2"],
    image: ["M4.5 5h15v14h-15z", "M4.5 16l4.5-4.5 4 4 2.5-2.5 4 4", "M14.6 9.6h.01"],
    clip: ["M18.5 11.5l-6.9 6.9a4.2 4.2 0 0 1-6-6l7.6-7.6a2.9 2.9 0 0 1 4.1 4.1l-7.4 7.4a1.5 1.5 0 0 1-2.1-2.1l6.6-6.6"],
    file: ["M7 3.5h6.5L18 8v12.5H7z", "M13.5 3.5V8H18"],
    redo: ["M19 12a7 7 0 1 1-2.2-5.1", "M19.5 3.5v4h-4"],
    done: ["M5 12.5l4.5 4.5L19 7.5"],
    star: ["M12 3.8l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z"],
  };

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.setAttribute("class", `icon icon-${name}`);
    for (const path of ICONS[name]) {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
      line.setAttribute("d", path);
      svg.append(line);
    }
    return svg;
  }

  // Only http and https become links, and an address with a user name in it ("https://shop@evil.example")
  // stays plain text: it does not lead where it seems to.
  const LINK = /https?:\/\/[^\s<>"'`，。；：！？、（）【】《》“”‘’\u200e\u200f]+/gi;

  function linkTarget(candidate) {
    try {
      const url = new URL(candidate);
      const isWeb = url.protocol === "https:" || url.protocol === "http:";
      return isWeb && !url.username && !url.password ? url.href : null;
    } catch (error) {
      return null;
    }
  }

  // Marks that turn the direction of the text after them can make "exe.png" of "gnp.exe".
  const DIRECTION_MARKS = /[\u202a-\u202e\u2066-\u2069]/g;

  function writeText(node, raw) {
    const text = raw.replace(DIRECTION_MARKS, "");
    let done = 0;
    for (const match of text.matchAll(LINK)) {
      const shown = match[0].replace(/[.,;:!?)\]}]+$/, "");
      const href = linkTarget(shown);
      if (!href) continue;
      node.append(text.slice(done, match.index));
      node.append(el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow ugc", text: shown }));
      done = match.index + shown.length;
    }
    node.append(text.slice(done));
  }

  // ------------------------------------------------------------------ 4 colours

  function toRgb(hex) {
    const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(hex || "");
    const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex || "");
    if (short) return short.slice(1).map((digit) => parseInt(digit + digit, 16));
    return long ? long.slice(1).map((pair) => parseInt(pair, 16)) : null;
  }

  function luminance(rgb) {
    const [r, g, b] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(a, b) {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  }

  const mix = (a, b, share) => a.map((value, i) => Math.round(value + (b[i] - value) * share));
  const css = (rgb) => `rgb(${rgb.join(",")})`;
  const WHITE = [255, 255, 255];
  const INK = [20, 22, 26];
  const DARK_SURFACE = [38, 42, 49];
  const LIGHT_SURFACE = [241, 243, 246];

  // Moves a colour towards another until text in it, or on it, is readable (WCAG AA).
  function untilReadable(colour, against, towards) {
    let share = 0;
    while (share < 1 && contrast(mix(colour, towards, share), against) < 4.6) share += 0.04;
    return mix(colour, towards, share);
  }

  // A brand colour that is nearly dark enough for white text is darkened a little; a light one gets dark text.
  function palette(accent) {
    const brand = toRgb(accent) || [37, 99, 235];
    const takesWhite = contrast(brand, WHITE) >= 2.7;
    const fill = takesWhite ? untilReadable(brand, WHITE, INK) : brand;
    const [softLight, softDark] = [mix(WHITE, brand, 0.08), mix(DARK_SURFACE, brand, 0.16)];
    return {
      "--cs-fill": css(fill),
      "--cs-fill-strong": css(mix(fill, takesWhite ? INK : WHITE, 0.14)),
      "--cs-on-fill": css(takesWhite ? WHITE : INK),
      "--cs-ink-light": css(untilReadable(untilReadable(brand, LIGHT_SURFACE, INK), softLight, INK)),
      "--cs-ink-dark": css(untilReadable(untilReadable(brand, DARK_SURFACE, WHITE), softDark, WHITE)),
      "--cs-soft-light": css(softLight),
      "--cs-soft-dark": css(softDark),
    };
  }

  // ------------------------------------------------------------------ 5 what the chat knows

  const kept = openStore("localStorage"); // token, outbox, draft: outlive the tab
  const tab = openStore("sessionStorage"); // thread, open or not: end with the tab

  const chat = {
    config: null,
    isOpen: false,
    conversation: null,
    status: "ai",
    position: null,
    waitSeconds: null,
    backAt: null,
    agent: null,
    thread: [], // messages in order: stored ones by seq, then those still on their way
    lastSeq: 0, // everything up to here has been seen, without a gap
    readSeq: Number(kept.get("read")) || 0,
    agentReadSeq: 0,
    identity: null,
    wasWelcomed: false,
  };

  const isVisible = () => chat.isOpen && document.visibilityState === "visible";
  const bySeq = (seq) => chat.thread.find((item) => item.seq === seq);
  const byClientId = (id) => chat.thread.find((item) => item.clientId === id);
  const highestSeq = () => chat.thread.reduce((top, item) => Math.max(top, item.seq || 0), 0);
  const onTheWay = () => chat.thread.filter((item) => item.state);

  function compare(a, b) {
    if (a.seq && b.seq) return a.seq - b.seq;
    if (a.seq || b.seq) return a.seq ? -1 : 1;
    return a.at - b.at;
  }

  function advance() {
    while (bySeq(chat.lastSeq + 1)) chat.lastSeq += 1;
  }

  // What the shop itself has to say (news of an order, a promotion) carries its name; other lines of the system do not.
  function senderOf(frame) {
    if (["customer", "ai", "agent"].includes(frame.sender)) return frame.sender;
    return frame.name || frame.card ? "shop" : "system";
  }

  function fromFrame(frame) {
    return {
      id: frame.id || null,
      seq: frame.seq,
      clientId: frame.client_id || null,
      sender: senderOf(frame),
      name: clip(frame.name, 80),
      text: String(frame.text || ""),
      options: Array.isArray(frame.options) ? frame.options.filter((option) => option && option.text) : [],
      card: frame.card && typeof frame.card === "object" ? frame.card : null,
      attachments: Array.isArray(frame.attachments) ? frame.attachments.filter((one) => one && one.id) : [],
      at: Date.parse(frame.created_at) || Date.now(),
      state: null,
    };
  }

  // A message of the shopper comes back from the server before or without its acknowledgement: after a
  // reload, or when the frame overtakes the ack. It is the one we hold, not a second one.
  function takeIn(frame) {
    if (!Number.isInteger(frame.seq) || bySeq(frame.seq)) return false;
    const incoming = fromFrame(frame);
    if (incoming.sender === "customer") {
      const ours =
        byClientId(incoming.clientId || "none") ||
        chat.thread.find((item) => item.state === "sending" && !item.seq && sameText(item.text, incoming.text) && sameFiles(item, incoming));
      if (ours && !ours.seq) {
        Object.assign(ours, { seq: incoming.seq, at: incoming.at });
        return true;
      }
    }
    chat.thread.push(incoming);
    return true;
  }

  function settle(frame) {
    const item = byClientId(frame.client_id);
    kept.remove(`out|${frame.client_id}`);
    if (!item) return;
    const holder = bySeq(frame.seq);
    if (item.seq && item.seq !== frame.seq) {
      // Taken for ours by its text, but another tab had sent the same words.
      chat.thread.push({ ...item, clientId: null, state: null, node: null });
      item.seq = null;
    }
    if (holder && holder !== item) {
      chat.thread = chat.thread.filter((other) => other !== holder);
      if (holder.node) holder.node.remove();
    }
    Object.assign(item, { seq: frame.seq, state: null, at: Date.parse(frame.created_at) || item.at });
  }

  function forgetThread() {
    for (const item of chat.thread) if (item.node) item.node.remove();
    chat.thread = onTheWay().map((item) => ({ ...item, seq: null, node: null }));
    Object.assign(chat, { lastSeq: 0, readSeq: 0, agentReadSeq: 0 });
    kept.remove("read");
    tab.remove("thread");
  }

  // The thread of this tab is kept so that the next page of the shop shows it at once and asks only for
  // what is new. It ends with the tab: a shared computer should not keep the words of a conversation.
  let saveTimer = 0;

  function saveSoon() {
    clearTimeout(saveTimer);
    saveTimer = setTimeout(saveThread, 250);
  }

  function saveThread() {
    const messages = chat.thread
      .filter((item) => item.seq && item.seq <= chat.lastSeq && !item.state)
      .map(({ id, seq, sender, name, text, options, card, attachments, at }) => ({ id, seq, sender, name, text, options, card, attachments, created_at: new Date(at).toISOString() }));
    if (!chat.conversation || messages.length !== chat.lastSeq || messages.length > CACHED_MESSAGES) tab.remove("thread");
    else tab.set("thread", JSON.stringify({ token: kept.get("token"), conversation: chat.conversation, status: chat.status, messages }));
  }

  function restoreThread() {
    const saved = parseJson(tab.get("thread") || "");
    if (saved && saved.token && saved.token === kept.get("token") && Array.isArray(saved.messages)) {
      chat.conversation = saved.conversation;
      chat.status = saved.status;
      saved.messages.forEach(takeIn);
      advance();
    }
    for (const name of kept.names("out|")) {
      const entry = parseJson(kept.get(name) || "");
      if (entry && entry.client_id && !byClientId(entry.client_id)) chat.thread.push(fromOutbox(entry));
    }
    chat.thread.sort(compare);
  }

  // ------------------------------------------------------------------ 6 outbox: nothing that was sent gets lost

  let inFlight = null; // one at a time, so that the order of quick messages survives a bad line
  let pausedUntil = 0;
  let latestAt = 0;

  function fromOutbox(entry) {
    return {
      id: null, seq: null, clientId: entry.client_id, sender: "customer", name: "", text: entry.text, options: [], card: null,
      attachments: entry.attachments || [], optionId: entry.option_id, at: entry.at, state: entry.error ? "failed" : "sending", error: entry.error || null, tries: 0,
    };
  }

  function keep(item) {
    const { clientId, text, attachments, optionId, at, error } = item;
    const entry = { client_id: clientId, text, attachments, option_id: optionId, at, error };
    kept.set(`out|${item.clientId}`, JSON.stringify(entry));
  }

  function post(text, optionId, attachments) {
    latestAt = Math.max(Date.now(), latestAt + 1); // two messages in one millisecond keep their order
    const item = fromOutbox({ client_id: newId(), text, attachments, option_id: optionId, at: latestAt });
    keep(item);
    chat.thread.push(item);
    view.showThread({ follow: true });
    connect();
    sendNext();
  }

  function sendNext() {
    if (link.state !== "online" || inFlight) return;
    const wait = pausedUntil - Date.now();
    if (wait > 0) {
      setTimeout(sendNext, wait + 20);
      return;
    }
    const item = chat.thread.filter((one) => one.state === "sending").sort((a, b) => a.at - b.at)[0];
    if (!item) return;
    inFlight = { item, timer: setTimeout(onNoAck, ACK_WITHIN_MS) };
    const isChoice = item.optionId !== undefined && item.optionId !== null;
    transmit(
      isChoice
        ? { type: "choose", client_id: item.clientId, option_id: item.optionId }
        : { type: "message", client_id: item.clientId, text: item.text, attachments: item.attachments.map((one) => one.id) },
    );
  }

  function land() {
    if (inFlight) clearTimeout(inFlight.timer);
    inFlight = null;
  }

  function onNoAck() {
    const { item } = inFlight;
    land();
    item.tries += 1;
    if (item.tries >= ACK_TRIES) fail(item, "no_answer");
    else if (item.tries === 2) reconnectNow(); // the line may be dead in one direction
    else sendNext();
  }

  // The shopper wrote it once, so it goes out by itself; only a server that keeps refusing makes it theirs again.
  function tryLater(item, code) {
    pausedUntil = Date.now() + 3000;
    land();
    if (item && item.state === "sending") {
      item.tries += 1;
      if (item.tries >= REFUSED_TRIES) fail(item, code);
    }
    sendNext();
  }

  function fail(item, code) {
    Object.assign(item, { state: "failed", error: code });
    keep(item);
    view.showThread({});
    view.say(errorText(code));
    sendNext();
  }

  function resend(item) {
    Object.assign(item, { state: "sending", error: null, tries: 0 });
    keep(item);
    view.showThread({});
    connect();
    sendNext();
  }

  // What the shopper has to change before it can go out.
  function takeBack(item) {
    kept.remove(`out|${item.clientId}`);
    chat.thread = chat.thread.filter((other) => other !== item);
    item.node.remove();
    view.edit(item.text);
    view.showThread({});
  }

  const errorText = (code) => t(ERROR_WORDS[code] || "error_other");

  function onAck(frame) {
    if (cards.has(frame.client_id)) {
      cardIsSent(frame.client_id);
      return;
    }
    if (inFlight && inFlight.item.clientId === frame.client_id) land();
    settle(frame);
    advance();
    if (chat.status === "closed" && frame.seq >= highestSeq()) onStatus({ status: "ai", position: null }); // writing again begins anew
    afterArrival({ follow: true });
    sendNext();
  }

  function onError(frame) {
    const item = frame.client_id ? byClientId(frame.client_id) : null;
    if (frame.code === "invalid_identity") chat.identity = null;
    if (cards.has(frame.client_id)) {
      cardIsRefused(frame);
      return;
    }
    if (MENDED_BY_HELLO.has(frame.code)) {
      drop(undefined, link.attempts ? undefined : 0);
      return;
    }
    if (PASSING.has(frame.code)) {
      if (frame.code === "rate_limited") view.notify(errorText(frame.code));
      tryLater(item || (inFlight && inFlight.item), frame.code);
      return;
    }
    if (!item) {
      if (isVisible()) view.notify(errorText(frame.code));
      return;
    }
    if (inFlight && inFlight.item === item) land();
    if (item.state === "sending") fail(item, frame.code);
  }

  // ------------------------------------------------------------------ 6a cards: what a form says is kept in this page only

  const cards = new Map(); // client id: { item, values, tries, timer }

  function sendCard(item, values) {
    const sending = { item, values, tries: 0, timer: 0 };
    const clientId = newId();
    cards.set(clientId, sending);
    item.card = { ...item.card, state: "sending", error: null };
    view.redraw(item);
    connect();
    transmitCard(clientId);
  }

  function transmitCard(clientId) {
    const { item, values } = cards.get(clientId);
    if (link.state !== "online") return; // the next welcome sends it
    const sending = cards.get(clientId);
    clearTimeout(sending.timer);
    sending.timer = setTimeout(() => onNoCardAck(clientId), ACK_WITHIN_MS);
    transmit({ type: "card", client_id: clientId, message_id: item.id, values });
  }

  function onNoCardAck(clientId) {
    const sending = cards.get(clientId);
    if (!sending) return;
    sending.tries += 1;
    if (sending.tries < ACK_TRIES) transmitCard(clientId);
    else endCard(clientId, { state: null, error: "error_other", values: sending.values });
  }

  function endCard(clientId, change) {
    const { item, timer } = cards.get(clientId);
    clearTimeout(timer);
    cards.delete(clientId);
    item.card = { ...item.card, state: null, ...change };
    view.redraw(item);
    saveSoon();
    return item;
  }

  function cardIsSent(clientId) {
    const { values } = cards.get(clientId);
    const item = endCard(clientId, { submitted: true, summary: masked(values), values: null, error: null });
    view.say(t("card_sent"));
    view.focusCard(item);
  }

  function cardIsRefused(frame) {
    const sending = cards.get(frame.client_id);
    if (frame.code === "conflict") cardIsSent(frame.client_id); // another tab was first
    else if (MENDED_BY_HELLO.has(frame.code)) drop(undefined, 0);
    else if (PASSING.has(frame.code)) later("card", 3000, () => cards.has(frame.client_id) && onNoCardAck(frame.client_id));
    else if (frame.code === "bad_values") view.focusCard(endCard(frame.client_id, { bad: frame.detail.split(", "), values: sending.values }));
    else endCard(frame.client_id, { error: frame.code === "unknown_card" ? "card_gone" : "error_other", values: sending.values });
  }

  // An input method may write digits and signs at full width; the server reads them alike.
  const plain = (value) => value.normalize("NFKC").replace(/[\s()\-.·]/g, "");

  // As the server hides it too: enough to recognise it.
  function masked(values) {
    const shown = {};
    for (const [name, value] of Object.entries(values)) {
      if (typeof value !== "string" || !value) continue;
      if (name === "phone") shown[name] = plain(value).replace(/^(\+|00)86/, "").replace(/\D/g, "").replace(/^(\d{3})\d+(\d{4})$/, "$1****$2");
      else if (name === "wechat") shown[name] = `${value.slice(0, 2)}***`;
      else if (name === "email") shown[name] = value.replace(/^(.).*@/, "$1***@");
      else shown[name] = value;
    }
    return shown;
  }

  // ------------------------------------------------------------------ 6b files: uploaded first, then part of a message

  let uploads = []; // { key, file, name, kind, share, state: "waiting" | "sending" | "done" | "failed", error, canRetry, frame, xhr }

  function addFiles(files) {
    const limits = chat.config.uploads;
    if (!limits) return;
    for (const file of files) {
      if (uploads.length >= limits.per_message_max) {
        view.notify(t("upload_many", { n: limits.per_message_max }));
        break;
      }
      const kind = file.type.startsWith("image/") ? "image" : "file";
      const upload = { key: newId(), file, name: clip(file.name || kind, 100), kind, share: 0, state: "waiting", error: null, canRetry: false, frame: null, xhr: null };
      const problem = problemOf(file, limits);
      if (problem) {
        Object.assign(upload, { state: "failed", error: problem });
        view.notify(`${upload.name}: ${problem}`);
      }
      uploads.push(upload);
    }
    view.showUploads();
    connect();
    uploadNext();
  }

  function problemOf(file, limits) {
    if (file.size > limits.bytes_max) return t("upload_big", { n: Math.floor(limits.bytes_max / 1048576) });
    // A browser that does not know the type leaves it to the server.
    return file.type && !limits.accept.includes(file.type) && !/^text\//.test(file.type) ? t("upload_type") : null;
  }

  // One after the other: a phone's line carries one picture faster than three.
  function uploadNext() {
    const token = kept.get("token");
    if (link.state !== "online" || !token || uploads.some((one) => one.state === "sending")) return;
    const upload = uploads.find((one) => one.state === "waiting");
    if (!upload) return;
    const form = new FormData();
    form.append("token", token);
    form.append("file", upload.file, upload.name);
    const xhr = new XMLHttpRequest();
    Object.assign(upload, { state: "sending", xhr });
    xhr.open("POST", new URL(chat.config.uploads.url, HOST).href);
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable) upload.share = event.loaded / event.total;
      view.showUploads();
    };
    xhr.onload = () => (xhr.status === 201 ? uploadIsDone(upload, parseJson(xhr.responseText)) : uploadHasFailed(upload, xhr.status));
    xhr.onerror = () => uploadHasFailed(upload, 0);
    xhr.send(form);
    view.showUploads();
  }

  function uploadIsDone(upload, frame) {
    if (!frame || !frame.id) return uploadHasFailed(upload, 0);
    Object.assign(upload, { state: "done", frame, kind: frame.kind, xhr: null });
    view.say(t("uploaded", { name: upload.name }));
    view.showUploads();
    return uploadNext();
  }

  // Trying again helps when the line or the server failed, and never when the file itself is not taken.
  function uploadHasFailed(upload, status) {
    const reasons = { 413: t("upload_big", { n: Math.floor(chat.config.uploads.bytes_max / 1048576) }), 415: t("upload_type"), 400: t("upload_type"), 429: t("upload_busy") };
    Object.assign(upload, { state: "failed", error: reasons[status] || t("upload_failed"), canRetry: !(status in reasons) || status === 429, xhr: null });
    view.notify(`${upload.name}: ${upload.error}`);
    view.showUploads();
    uploadNext();
  }

  function retryUpload(upload) {
    Object.assign(upload, { state: "waiting", error: null, share: 0 });
    view.showUploads();
    uploadNext();
  }

  function removeUpload(upload) {
    if (upload.xhr) upload.xhr.abort();
    uploads = uploads.filter((one) => one !== upload);
    view.showUploads();
    uploadNext();
  }

  // ------------------------------------------------------------------ 7 connection

  const link = { state: "idle", socket: null, attempts: 0, retryAt: 0, isAsked: false, hadTrouble: false };
  const timers = {};

  function later(name, delay, action) {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(action, delay);
  }

  function setLink(state) {
    link.state = state;
    if (state === "waiting") link.hadTrouble = true;
    view.showLink();
  }

  function transmit(frame) {
    if (link.socket && link.socket.readyState === WebSocket.OPEN) link.socket.send(JSON.stringify(frame));
  }

  function connect() {
    if (!chat.config || link.state === "connecting" || link.state === "online") return;
    clearTimeout(timers.retry);
    const address = new URL(chat.config.ws || `/ws/visitor/${CHANNEL}/`, HOST);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address.href);
    link.socket = socket;
    setLink("connecting");
    later("welcome", WELCOME_WITHIN_MS, () => drop());
    socket.onopen = () => transmit(helloFrame());
    socket.onmessage = (event) => onFrame(event.data);
    socket.onclose = (event) => drop(event.code);
  }

  function helloFrame() {
    // Read again: another tab of the shop may have begun the conversation meanwhile.
    const page = { url: clip(location.href, 1000), title: clip(view.pageTitle(), 300), referrer: clip(document.referrer, 1000) };
    link.token = kept.get("token");
    return { type: "hello", token: link.token, after: chat.lastSeq, page, identity: chat.identity };
  }

  // Waits double from 0.6 s on, half of each by chance: a thousand pages of shops must not return in step.
  function backoff(code) {
    const most = isVisible() || onTheWay().length ? BACKOFF_MAX_WAITING_MS : BACKOFF_MAX_MS;
    const full = Math.min(most, BACKOFF_FIRST_MS * 2 ** link.attempts);
    const floor = code === 1008 ? 15000 : 0; // told to slow down
    return Math.max(floor, full / 2 + (Math.random() * full) / 2);
  }

  function drop(code, delay) {
    const socket = link.socket;
    if (!socket) return;
    link.socket = null;
    link.isAsked = false;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    for (const name of ["welcome", "ping", "pong", "gap", "stable", "agentTyping"]) clearTimeout(timers[name]);
    const tooLarge = code === 1009 && inFlight ? inFlight.item : null;
    land();
    view.showTyping(null);
    const wait = delay === undefined ? backoff(code) : delay;
    link.attempts += 1;
    if (link.attempts === 3 && !chat.wasWelcomed) console.warn(`[chat] ${HOST} does not answer. Is ${location.origin} an allowed site of channel ${CHANNEL}?`);
    link.retryAt = Date.now() + wait;
    later("retry", wait, connect);
    setLink("waiting");
    if (tooLarge) fail(tooLarge, "too_long");
  }

  function reconnectNow() {
    if (link.state === "waiting") connect();
    else drop(undefined, 0);
  }

  function beat() {
    later("ping", PING_EVERY_MS, () => {
      checkLine();
      beat();
    });
  }

  function checkLine() {
    if (link.state !== "online") return;
    transmit({ type: "ping" });
    if (link.isAsked) return; // asked again before the answer: the time of the first question counts
    link.isAsked = true;
    later("pong", PONG_WITHIN_MS, () => drop(undefined, 0));
  }

  // A phone that slept holds a socket that looks open and is dead.
  function onWake() {
    if (document.visibilityState !== "visible") return;
    if (link.state === "waiting") connect();
    checkLine();
    markRead();
  }

  // ------------------------------------------------------------------ 8 frames of the server

  function onFrame(data) {
    const frame = parseJson(data);
    if (!frame) return;
    link.isAsked = false;
    clearTimeout(timers.pong);
    const handler = { welcome: onWelcome, message: onMessage, ack: onAck, status: onStatus, typing: onTyping, read: onRead, error: onError }[frame.type];
    if (handler) handler(frame);
  }

  function onWelcome(frame) {
    clearTimeout(timers.welcome);
    const { id, status } = frame.conversation || {};
    const isOther = chat.conversation !== null && (chat.conversation !== id || (link.token && link.token !== frame.token));
    if (frame.token) kept.set("token", frame.token);
    chat.conversation = id;
    if (isOther) {
      // Asked from the middle of a conversation that is no longer ours: ask for the whole of the new one.
      const asked = chat.lastSeq;
      forgetThread();
      if (asked) {
        drop(undefined, 0);
        return;
      }
    }
    (frame.messages || []).forEach(takeIn);
    // The welcome holds every message after the one asked for, so nothing before its last is missing.
    chat.lastSeq = Math.max(chat.lastSeq, ...(frame.messages || []).map((message) => message.seq || 0));
    if (status !== chat.status) Object.assign(chat, { status, position: null, agent: null });
    chat.wasWelcomed = true;
    advance();
    setLink("online");
    later("stable", STABLE_AFTER_MS, () => {
      link.attempts = 0;
    });
    beat();
    view.showStatus();
    afterArrival({ quiet: link.attempts === 0 });
    sendRating();
    sendNext();
    for (const clientId of cards.keys()) transmitCard(clientId);
    uploadNext();
  }

  function onMessage(frame) {
    if (!takeIn(frame)) return;
    advance();
    if (frame.sender !== "customer") view.showTyping(null);
    afterArrival({});
  }

  function afterArrival(how) {
    chat.thread.sort(compare);
    view.showThread(how);
    if (highestSeq() > chat.lastSeq) later("gap", GAP_PATIENCE_MS, askAgainAfterGap);
    else clearTimeout(timers.gap);
    markRead();
    saveSoon();
  }

  function askAgainAfterGap() {
    if (highestSeq() > chat.lastSeq) drop(undefined, 0);
  }

  function onStatus(frame) {
    if (frame.status !== chat.status) view.showTyping(null);
    Object.assign(chat, { status: frame.status, position: frame.position, agent: frame.agent || null });
    Object.assign(chat, { waitSeconds: frame.wait_seconds || null, backAt: Date.parse(frame.back_at) || null });
    view.showStatus();
    saveSoon();
  }

  function onTyping(frame) {
    view.showTyping(frame.sender === "agent" ? "agent" : "ai");
    later("agentTyping", TYPING_SHOWN_MS, () => view.showTyping(null));
  }

  function onRead(frame) {
    chat.agentReadSeq = Math.max(chat.agentReadSeq, frame.seq || 0);
    view.showThread({});
  }

  // ------------------------------------------------------------------ 9 read, unread, rating

  let reportedSeq = 0;

  const unreadCount = () => chat.thread.filter((item) => item.seq > chat.readSeq && (item.sender === "ai" || item.sender === "agent" || item.sender === "shop")).length;

  function markRead() {
    const top = highestSeq();
    if (isVisible() && top > chat.readSeq) {
      chat.readSeq = top;
      kept.set("read", String(top));
    }
    if (chat.readSeq > reportedSeq && link.state === "online") {
      reportedSeq = chat.readSeq;
      transmit({ type: "read", seq: chat.readSeq });
    }
    view.showUnread(unreadCount());
  }

  // Another tab of the shop read, or sent, something.
  function onStorage(event) {
    if (event.key !== `${kept.prefix}read` || !event.newValue) return;
    chat.readSeq = Math.max(chat.readSeq, Number(event.newValue) || 0);
    view.showUnread(unreadCount());
  }

  const ratingName = () => `rated|${chat.conversation}|${chat.lastSeq ? lastClosing() : 0}`;

  // A conversation that was opened again can be rated again: its rating is named by where it ended.
  function lastClosing() {
    const own = chat.thread.filter((item) => item.sender === "customer" && item.seq);
    return own.length ? own[own.length - 1].seq : 0;
  }

  function rate(score, comment) {
    kept.set(ratingName(), "1");
    kept.set("rating", JSON.stringify({ type: "rate", score, comment }));
    sendRating();
    view.showRating();
  }

  function sendRating() {
    const frame = parseJson(kept.get("rating") || "");
    if (!frame || link.state !== "online") return;
    transmit(frame);
    kept.remove("rating");
  }

  // ------------------------------------------------------------------ 10 the outside: CSChat

  const listeners = { open: new Set(), close: new Set(), unread: new Set() };

  function emit(name, value) {
    for (const listener of listeners[name]) {
      try {
        listener(value);
      } catch (error) {
        console.error(error); // the shop's own code must not break the chat
      }
    }
  }

  function open() {
    if (chat.isOpen || !chat.config) return;
    chat.isOpen = true;
    tab.set("open", "1");
    view.showOpen(true);
    connect();
    markRead();
    emit("open");
  }

  function close() {
    if (!chat.isOpen || IS_PAGE) return;
    chat.isOpen = false;
    tab.set("open", "0");
    view.showOpen(false);
    emit("close");
  }

  function identify(token) {
    if (token === chat.identity) return;
    chat.identity = token || null;
    if (link.state === "online" || link.state === "connecting") drop(undefined, 0); // identity goes with the first frame
  }

  function on(name, listener) {
    if (!listeners[name]) throw new Error(`CSChat.on: unknown event ${name}`);
    listeners[name].add(listener);
    return () => listeners[name].delete(listener);
  }

  // ------------------------------------------------------------------ 11 looks

  const FULL_SCREEN = "(max-width: 520px), (max-height: 480px) and (pointer: coarse)";

  const DARK = `
    --cs-bg: #17191e; --cs-raised: #1f2228; --cs-bubble: #262a31; --cs-text: #eceef2; --cs-muted: #a4acb8; --cs-line: #2e323a;
    --cs-edge: #727b88; --cs-ink: var(--cs-ink-dark); --cs-soft: var(--cs-soft-dark); --cs-bad: #ff9a91; --cs-good: #4cc38a;
    --cs-warn-bg: #3a2f17; --cs-warn: #f4d58d; --cs-shade: 0 0 0;`;

  const SHEET = `
  :host {
    all: initial !important; color-scheme: light dark;
    --cs-bg: #fff; --cs-raised: #fff; --cs-bubble: #f1f3f6; --cs-text: #1a1d22; --cs-muted: #5c6570; --cs-line: #e7e9ed;
    --cs-edge: #868f9b; --cs-ink: var(--cs-ink-light); --cs-soft: var(--cs-soft-light); --cs-bad: #b42318; --cs-good: #1f9d57;
    --cs-warn-bg: #fdf3d7; --cs-warn: #6b4a00; --cs-shade: 16 24 40;
  }
  :host(.page) { display: block !important; height: 100% !important; }
  @media (prefers-color-scheme: dark) { :host { ${DARK} } }
  @media print { :host { display: none !important; } }

  * { box-sizing: border-box; margin: 0; padding: 0; font: inherit; color: inherit; }
  [hidden] { display: none !important; }
  .root {
    font: 14px/1.6 -apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif;
    color: var(--cs-text); text-align: start; -webkit-text-size-adjust: 100%; -webkit-font-smoothing: antialiased;
  }
  button { border: 0; background: none; cursor: pointer; -webkit-tap-highlight-color: transparent; touch-action: manipulation; }
  button:disabled { cursor: default; }
  :focus { outline: none; }
  :focus-visible { outline: 2px solid var(--cs-ink); outline-offset: 2px; }
  .icon { display: block; width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
  .away { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  .launcher {
    position: fixed; z-index: 2147483000; inset-block-end: calc(20px + env(safe-area-inset-bottom, 0px)); right: calc(20px + env(safe-area-inset-right, 0px));
    width: 56px; height: 56px; border-radius: 50%; display: grid; place-items: center; background: var(--cs-fill); color: var(--cs-on-fill);
    box-shadow: 0 1px 2px rgb(var(--cs-shade) / .2), 0 8px 24px rgb(var(--cs-shade) / .22); transition: transform .18s ease, background-color .18s ease;
  }
  .left .launcher { right: auto; left: calc(20px + env(safe-area-inset-left, 0px)); }
  .launcher:hover { background: var(--cs-fill-strong); transform: translateY(-1px); }
  .launcher:active { transform: scale(.96); }
  .launcher:focus-visible { outline-offset: 3px; }
  .launcher .icon { width: 26px; height: 26px; }
  .launcher .icon-chat { fill: currentColor; stroke: none; }
  .launcher .icon-down, .is-open .launcher .icon-chat { display: none; }
  .is-open .launcher .icon-down { display: block; }
  .badge {
    position: absolute; top: -3px; right: -3px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px; background: #d92d20; color: #fff;
    font-size: 12px; line-height: 22px; font-weight: 600; text-align: center; box-shadow: 0 0 0 2px var(--cs-bg);
  }

  .panel {
    position: fixed; z-index: 2147483000; inset-block-end: calc(92px + env(safe-area-inset-bottom, 0px)); right: calc(20px + env(safe-area-inset-right, 0px));
    width: 392px; height: min(664px, 100vh - 116px); height: min(664px, 100dvh - 116px); display: flex; flex-direction: column; overflow: hidden; overflow: clip;
    border-radius: 18px; background: var(--cs-bg); border: 1px solid var(--cs-line);
    box-shadow: 0 2px 6px rgb(var(--cs-shade) / .06), 0 18px 48px rgb(var(--cs-shade) / .2); animation: rise .2s cubic-bezier(.2, .8, .3, 1);
  }
  .left .panel { right: auto; left: calc(20px + env(safe-area-inset-left, 0px)); }
  @keyframes rise { from { opacity: 0; transform: translateY(12px); } }

  .head { display: flex; align-items: center; gap: 10px; padding: 12px 12px 12px 16px; border-bottom: 1px solid var(--cs-line); }
  .mark { position: relative; flex: none; width: 38px; height: 38px; border-radius: 50%; display: grid; place-items: center; background: var(--cs-fill); color: var(--cs-on-fill); font-weight: 600; font-size: 16px; }
  .mark::after { content: ""; position: absolute; right: -1px; bottom: -1px; width: 11px; height: 11px; border-radius: 50%; border: 2px solid var(--cs-bg); background: var(--cs-good); }
  .mark.is-off::after { background: var(--cs-edge); }
  .who { flex: 1; min-width: 0; }
  .who > :first-child { font-size: 15px; font-weight: 600; line-height: 1.4; }
  .who > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .who p { font-size: 12px; line-height: 1.45; color: var(--cs-muted); }
  .person { flex: none; display: flex; align-items: center; gap: 5px; height: 34px; padding: 0 12px 0 9px; border-radius: 17px; background: var(--cs-soft); color: var(--cs-ink); font-size: 13px; font-weight: 500; white-space: nowrap; }
  .person .icon { width: 17px; height: 17px; }
  .person:hover { box-shadow: inset 0 0 0 1px var(--cs-ink); }
  .person:disabled { opacity: .55; box-shadow: none; }
  .round { flex: none; width: 34px; height: 34px; border-radius: 50%; display: grid; place-items: center; color: var(--cs-muted); }
  .round:hover { background: var(--cs-bubble); color: var(--cs-text); }

  .strip { display: flex; align-items: center; gap: 8px; min-height: 36px; padding: 6px 16px; background: var(--cs-soft); color: var(--cs-ink); font-size: 12.5px; line-height: 1.5; }
  .strip.is-bad { background: var(--cs-warn-bg); color: var(--cs-warn); }
  .strip span { flex: 1; font-variant-numeric: tabular-nums; }
  .strip button { flex: none; min-height: 24px; padding: 0 6px; font-weight: 600; text-decoration: underline; text-underline-offset: 3px; }

  .scroll { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 8px 16px 14px; scrollbar-width: thin; }
  .log:focus-visible { outline: none; }
  .scroll:has(> .log:focus-visible) { outline: 2px solid var(--cs-ink); outline-offset: -3px; }
  .row { padding-top: 10px; }
  .row.same { padding-top: 4px; }
  .row.fresh { animation: arrive .18s ease-out; }
  @keyframes arrive { from { opacity: 0; transform: translateY(6px); } }
  .time { padding: 6px 0 12px; text-align: center; font-size: 12px; color: var(--cs-muted); }
  .line { display: flex; gap: 8px; }
  .face { flex: none; width: 28px; height: 28px; margin-top: 1px; border-radius: 50%; display: grid; place-items: center; background: var(--cs-soft); color: var(--cs-ink); font-size: 12px; font-weight: 600; }
  .face .icon { width: 17px; height: 17px; }
  .same .face { visibility: hidden; height: 0; }
  .col { min-width: 0; max-width: calc(100% - 64px); display: flex; flex-direction: column; align-items: flex-start; }
  .by { display: flex; align-items: center; gap: 6px; min-height: 20px; margin-bottom: 3px; font-size: 12px; line-height: 1.4; color: var(--cs-muted); }
  .by bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 200px; }
  .chip { padding: 0 5px; border-radius: 4px; font-size: 11px; line-height: 16px; font-weight: 600; letter-spacing: .02em; color: var(--cs-ink); box-shadow: inset 0 0 0 1px currentColor; }
  .bubble { padding: 8px 13px; border-radius: 5px 16px 16px 16px; border: 1px solid transparent; background: var(--cs-bubble); white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; line-break: strict; }
  .same .bubble { border-radius: 16px; }
  .bubble a { color: var(--cs-ink); text-decoration: underline; text-underline-offset: 2px; }
  .customer .line { justify-content: flex-end; }
  .customer .col { align-items: flex-end; max-width: calc(100% - 44px); }
  .customer .bubble { border-radius: 16px 5px 16px 16px; background: var(--cs-fill); color: var(--cs-on-fill); }
  .customer.same .bubble { border-radius: 16px; }
  .customer .bubble a { color: inherit; }
  .customer.is-failed .bubble { background: var(--cs-bubble); color: var(--cs-text); border-color: var(--cs-bad); }
  .system .line { justify-content: center; }
  .system .col { max-width: 92%; align-items: center; }
  .system .bubble { padding: 2px 10px; background: none; color: var(--cs-muted); font-size: 12px; text-align: center; }
  .state { display: flex; align-items: center; gap: 6px; margin-top: 3px; font-size: 12px; line-height: 1.5; color: var(--cs-muted); }
  .is-failed .state { color: var(--cs-bad); }
  .state button { min-height: 24px; padding: 0 4px; font-weight: 600; text-decoration: underline; text-underline-offset: 3px; }

  .options { align-self: stretch; width: 100%; max-width: 440px; min-width: min(244px, 100%); margin-top: 8px; border: 1px solid var(--cs-line); border-radius: 14px; overflow: hidden; background: var(--cs-raised); list-style: none; }
  .options li + li { border-top: 1px solid var(--cs-line); }
  .options button { display: flex; align-items: center; gap: 8px; width: 100%; min-height: 42px; padding: 8px 8px 8px 14px; text-align: start; color: var(--cs-ink); line-height: 1.45; overflow-wrap: anywhere; }
  .options button span { flex: 1; unicode-bidi: isolate; }
  .options button:hover { background: var(--cs-soft); }
  .options button:focus-visible { outline-offset: -3px; border-radius: 12px; }
  .options .icon { width: 16px; height: 16px; flex: none; opacity: .65; }
  .options .is-chosen { color: var(--cs-muted); }
  .options.is-quiet { width: auto; min-width: 0; margin-top: 2px; border: 0; background: none; }
  .options.is-quiet button { min-height: 24px; padding: 0 2px; font-size: 12px; color: var(--cs-muted); text-decoration: underline; text-underline-offset: 3px; }
  .options.is-quiet .icon { display: none; }

  .image { display: block; max-width: 100%; margin-top: 4px; padding: 0; border-radius: 14px; overflow: hidden; background: var(--cs-bubble); border: 1px solid var(--cs-line); cursor: zoom-in; }
  .image img { display: block; width: 100%; height: 100%; object-fit: cover; }
  .file { display: flex; align-items: center; gap: 10px; max-width: 100%; min-width: min(200px, 100%); margin-top: 4px; padding: 9px 14px 9px 11px; border: 1px solid var(--cs-line); border-radius: 14px; background: var(--cs-raised); color: var(--cs-text); text-decoration: none; }
  .file:hover { background: var(--cs-soft); }
  .file .icon { flex: none; width: 22px; height: 22px; color: var(--cs-ink); }
  .file span { min-width: 0; display: grid; line-height: 1.4; }
  .file bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .file small, .tray small { font-size: 12px; color: var(--cs-muted); }
  .lightbox { width: 100vw; height: 100dvh; max-width: none; max-height: none; padding: 0; border: 0; background: none; overflow: hidden; cursor: zoom-out; }
  .lightbox::backdrop { background: rgb(10 12 16 / .86); }
  .lightbox img { position: absolute; inset: 0; margin: auto; max-width: calc(100vw - 32px); max-height: calc(100dvh - 32px); border-radius: 6px; background: #fff; }
  .lightbox .round { position: absolute; top: 14px; right: 14px; width: 44px; height: 44px; background: rgb(10 12 16 / .6); color: #fff; }

  .card { width: 320px; max-width: 100%; margin-top: 6px; padding: 14px; border: 1px solid var(--cs-line); border-radius: 16px; background: var(--cs-raised); overflow-wrap: anywhere; }
  .card:focus { outline: none; }
  .card:focus-visible { outline: 2px solid var(--cs-ink); }
  .card h3 { font-weight: 600; line-height: 1.45; }
  .card h4 { margin-top: 12px; padding-top: 10px; border-top: 1px solid var(--cs-line); font-size: 12.5px; color: var(--cs-muted); }
  .card .about { margin-top: 2px; font-size: 13px; line-height: 1.55; color: var(--cs-muted); }
  .card label { display: flex; justify-content: space-between; align-items: baseline; margin-top: 10px; font-size: 13px; }
  .card label small { font-size: 12px; color: var(--cs-muted); }
  .card form > input, .card form > textarea { width: 100%; min-height: 40px; margin-top: 4px; padding: 8px 12px; border: 1px solid var(--cs-edge); border-radius: 10px; background: var(--cs-bg); resize: none; outline: none; }
  .card form > :is(input, textarea):focus { border-color: var(--cs-ink); box-shadow: 0 0 0 3px var(--cs-soft); }
  .card form > [aria-invalid="true"] { border-color: var(--cs-bad); }
  .card .bad { font-size: 12px; line-height: 1.5; color: var(--cs-bad); }
  .card .bad:empty { display: none; }
  .card .consent { justify-content: flex-start; align-items: flex-start; gap: 8px; min-height: 24px; line-height: 1.5; color: var(--cs-muted); cursor: pointer; }
  .card .consent input { flex: none; appearance: auto; width: 18px; height: 18px; margin-top: 1px; accent-color: var(--cs-fill); }
  .card .solid { width: 100%; margin-top: 12px; }
  .card .solid:disabled { opacity: .6; }
  .card dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin-top: 8px; font-size: 13px; }
  .card dt { color: var(--cs-muted); }
  .card .sent { display: flex; align-items: center; gap: 5px; margin-top: 8px; font-size: 13px; font-weight: 600; color: var(--cs-ink); }
  .card .sent .icon { width: 17px; height: 17px; }
  .card.is-contact { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 14px; }
  .card.is-contact > h3, .card.is-contact > .about { flex-basis: 100%; }
  .person-words { flex: 1 1 150px; min-width: 0; }
  .person-words strong { font-weight: 600; font-size: 15px; }
  .line-of { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 8px; margin-top: 4px; font-size: 13px; }
  .line-of span { color: var(--cs-muted); }
  .line-of a { color: var(--cs-ink); text-underline-offset: 2px; }
  .line-of button { min-height: 24px; padding: 0 4px; color: var(--cs-ink); font-size: 12px; text-decoration: underline; text-underline-offset: 3px; }
  .qr { flex: none; width: 116px; height: 116px; padding: 6px; border: 1px solid var(--cs-line); border-radius: 12px; background: #fff; cursor: zoom-in; }
  .qr img { display: block; width: 100%; height: 100%; object-fit: contain; }
  .products { margin: 8px -14px -14px; list-style: none; border-top: 1px solid var(--cs-line); overflow: hidden; border-radius: 0 0 16px 16px; }
  .products li + li { border-top: 1px solid var(--cs-line); }
  .products button { display: flex; align-items: center; gap: 8px; width: 100%; min-height: 46px; padding: 8px 10px 8px 14px; text-align: start; }
  .products button:hover { background: var(--cs-soft); }
  .products button:focus-visible { outline-offset: -3px; border-radius: 12px; }
  .products span { flex: 1; min-width: 0; display: grid; line-height: 1.4; }
  .products small { font-size: 12px; color: var(--cs-muted); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .products b { flex: none; font-weight: 600; color: var(--cs-ink); font-variant-numeric: tabular-nums; }
  .products .icon { flex: none; width: 16px; height: 16px; opacity: .65; }
  .order::before { content: ""; display: inline-block; width: 8px; height: 8px; margin-inline-end: 7px; border-radius: 50%; background: var(--cs-good); vertical-align: 1px; }
  .order.is-delayed::before { background: #d97706; }
  .course { margin-top: 10px; padding-inline-start: 14px; list-style: none; border-inline-start: 2px solid var(--cs-line); font-size: 13px; line-height: 1.5; }
  .course li + li { margin-top: 6px; color: var(--cs-muted); }
  .course time { display: block; font-size: 12px; color: var(--cs-muted); }

  .typing { display: flex; gap: 8px; padding-top: 10px; }
  .typing .dots { display: flex; align-items: center; gap: 4px; height: 36px; padding: 0 14px; border-radius: 5px 16px 16px 16px; background: var(--cs-bubble); }
  .dots i { width: 6px; height: 6px; border-radius: 50%; background: var(--cs-muted); animation: dot 1.2s infinite ease-in-out; }
  .dots i:nth-child(2) { animation-delay: .15s; }
  .dots i:nth-child(3) { animation-delay: .3s; }
  @keyframes dot { 0%, 60%, 100% { opacity: .35; transform: none; } 30% { opacity: 1; transform: translateY(-3px); } }

  .body { position: relative; flex: 1; min-height: 0; display: flex; flex-direction: column; }
  .newest { position: absolute; left: 50%; bottom: 10px; transform: translateX(-50%); display: flex; align-items: center; gap: 4px; height: 34px; padding: 0 14px 0 10px; border-radius: 17px; background: var(--cs-raised); color: var(--cs-ink); font-size: 13px; font-weight: 500; border: 1px solid var(--cs-line); box-shadow: 0 4px 16px rgb(var(--cs-shade) / .18); }
  .newest .icon { width: 16px; height: 16px; }

  .rating { margin-top: 16px; padding: 16px; border: 1px solid var(--cs-line); border-radius: 16px; background: var(--cs-raised); text-align: center; }
  .rating h3 { font-weight: 600; }
  .stars { display: inline-flex; margin-top: 6px; border: 0; }
  .stars label { position: relative; width: 42px; height: 44px; display: grid; place-items: center; cursor: pointer; color: var(--cs-edge); }
  .stars input { position: absolute; inset: 0; width: 100%; height: 100%; opacity: 0; cursor: pointer; }
  .stars .icon { width: 28px; height: 28px; stroke-width: 1.5; }
  .stars .is-lit { color: #b7791f; }
  .stars .is-lit .icon { fill: #f5b301; }
  .stars input:focus-visible + .icon { outline: 2px solid var(--cs-ink); outline-offset: 4px; border-radius: 6px; }
  .rating p { min-height: 22px; color: var(--cs-muted); font-size: 13px; }
  .rating textarea { width: 100%; min-height: 64px; margin-top: 8px; padding: 8px 12px; border: 1px solid var(--cs-edge); border-radius: 12px; background: var(--cs-bg); resize: none; text-align: start; }
  .solid { margin-top: 10px; min-height: 38px; padding: 0 20px; border-radius: 19px; background: var(--cs-fill); color: var(--cs-on-fill); font-weight: 500; }
  .solid:hover { background: var(--cs-fill-strong); }

  .foot { padding: 10px 12px calc(8px + env(safe-area-inset-bottom, 0px)); border-top: 1px solid var(--cs-line); }
  .box { display: flex; align-items: flex-end; gap: 6px; padding: 4px 4px 4px 14px; border: 1px solid var(--cs-edge); border-radius: 23px; background: var(--cs-bg); transition: border-color .15s, box-shadow .15s; }
  .box:focus-within { border-color: var(--cs-ink); box-shadow: 0 0 0 3px var(--cs-soft); }
  .box textarea { flex: 1; min-width: 0; height: 36px; max-height: 128px; padding: 7px 0; border: 0; background: none; resize: none; line-height: 22px; overflow-y: auto; scrollbar-width: thin; outline: none; }
  .clip { flex: none; width: 36px; height: 36px; margin-inline-start: -9px; border-radius: 50%; display: grid; place-items: center; color: var(--cs-muted); }
  .clip:hover { background: var(--cs-bubble); color: var(--cs-text); }
  .tray { display: flex; flex-wrap: wrap; gap: 6px; max-height: 132px; margin-bottom: 8px; overflow-y: auto; list-style: none; }
  .tray li { display: flex; align-items: center; gap: 8px; max-width: 100%; padding: 4px 4px 4px 9px; border: 1px solid var(--cs-line); border-radius: 12px; background: var(--cs-bubble); }
  .tray li > .icon { flex: none; width: 18px; height: 18px; color: var(--cs-muted); }
  .tray span { min-width: 0; width: 118px; display: grid; line-height: 1.35; }
  .tray bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: 13px; }
  .tray progress { appearance: none; width: 100%; height: 4px; margin: 6px 0; border: 0; border-radius: 2px; overflow: hidden; background: var(--cs-line); }
  .tray progress::-webkit-progress-bar { background: var(--cs-line); }
  .tray progress::-webkit-progress-value { background: var(--cs-fill); transition: inline-size .2s; }
  .tray progress::-moz-progress-bar { background: var(--cs-fill); }
  .tray .is-failed { border-color: var(--cs-bad); }
  .tray .is-failed small { color: var(--cs-bad); }
  .tray button { flex: none; width: 28px; height: 28px; border-radius: 50%; display: grid; place-items: center; color: var(--cs-muted); }
  .tray button:hover { background: var(--cs-bg); color: var(--cs-text); }
  .tray button .icon { width: 16px; height: 16px; }
  .drop { position: absolute; inset: 8px; display: grid; place-items: center; border: 2px dashed var(--cs-ink); border-radius: 14px; background: var(--cs-soft); color: var(--cs-ink); font-weight: 600; pointer-events: none; }
  textarea::placeholder { color: var(--cs-muted); opacity: 1; }
  .go { flex: none; width: 36px; height: 36px; border-radius: 50%; display: grid; place-items: center; background: var(--cs-fill); color: var(--cs-on-fill); transition: background-color .15s; }
  .go:hover { background: var(--cs-fill-strong); }
  .go[aria-disabled="true"] { background: var(--cs-bubble); color: var(--cs-muted); cursor: default; }
  .count { padding: 4px 14px 0; font-size: 12px; color: var(--cs-muted); text-align: end; font-variant-numeric: tabular-nums; }
  .count.is-bad { color: var(--cs-bad); }
  .notice { padding-top: 6px; font-size: 11.5px; line-height: 1.5; color: var(--cs-muted); text-align: center; }
  .notice a { display: inline-block; min-height: 24px; line-height: 24px; text-decoration: underline; text-underline-offset: 2px; }

  .fill .panel { position: relative; inset: auto; width: 100%; height: 100%; border: 0; border-radius: 0; box-shadow: none; animation: none; }
  .alone { position: fixed; inset: 0; background: var(--cs-bubble); }
  .alone .panel { position: fixed; top: 24px; bottom: 24px; inset-inline: 0; margin: 0 auto; width: 760px; max-width: calc(100% - 48px); height: auto; animation: none; box-shadow: none; }
  .page .launcher, .page .shut { display: none; }
  .page .scroll { padding-inline: 20px; }

  @media ${FULL_SCREEN} {
    .root:not(.fill) .panel { inset: var(--cs-top, 0px) 0 auto 0; width: 100%; max-width: none; height: var(--cs-height, 100vh); height: var(--cs-height, 100dvh); border: 0; border-radius: 0; margin: 0; }
    .is-open .launcher { display: none; }
    .head { padding-top: calc(8px + env(safe-area-inset-top, 0px)); padding-bottom: 8px; }
    .root:not(.page) .head { padding-inline-end: 6px; }
    .person { height: 44px; border-radius: 22px; }
    .round { width: 44px; height: 44px; }
    .options button { min-height: 46px; }
    .strip button, .state button { min-height: 44px; margin-block: -10px; padding-inline: 8px; }
    .notice a { padding-inline: 8px; }
    .box { border-radius: 26px; }
    .box textarea { height: 44px; padding: 10px 0; line-height: 24px; }
    .box textarea, .rating textarea { font-size: 16px; }
    .go, .clip { width: 44px; height: 44px; }
    .tray button, .line-of button { min-width: 36px; min-height: 36px; }
    .card form > input, .card form > textarea { min-height: 44px; font-size: 16px; }
    .products button { min-height: 50px; }
    .solid, .newest { min-height: 44px; border-radius: 22px; }
    .bubble, .options button { font-size: 15px; }
    .foot { padding-bottom: calc(6px + env(safe-area-inset-bottom, 0px)); }
    .page .scroll { padding-inline: 16px; }
  }
  @media (max-height: 480px) {
    .root:not(.page) .panel { inset-block-end: 8px; height: calc(100vh - 16px); height: calc(100dvh - 16px); }
    .is-open .launcher { display: none; }
  }
  @media (max-height: 420px) { .head { padding-block: 4px; } .foot { padding-block: 6px 4px; } .notice { padding-top: 2px; } .scroll { padding-block: 0 8px; } }
  @media (max-width: 359px) { .person .icon { display: none; } .person { padding: 0 11px; font-size: 12px; } .head { gap: 8px; padding-inline-start: 12px; } .scroll { padding-inline: 12px; } }
  @media (prefers-reduced-motion: reduce) { *, *::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; } .dots i { opacity: .7; } }
  @media (forced-colors: active) { .bubble, .launcher, .person, .go, .options { border: 1px solid CanvasText; } .stars .is-lit .icon { fill: Highlight; } }
  `;

  // ------------------------------------------------------------------ 12 what is on the screen

  const view = createView();

  function createView() {
    const host = document.createElement("cs-chat");
    const shadow = host.attachShadow({ mode: "open" });
    const full = window.matchMedia(FULL_SCREEN);
    let ui = null;
    let isComposing = false;
    let followsEnd = true;
    let wasTroubled = false;
    let isMounted = false;
    let titleBase = document.title;
    let titleShown = null;
    let liveRegionIsWarm = false;
    let typingSentAt = 0;
    let personAskedAt = 0;

    // ---- building

    function mount(config) {
      if (isMounted) return;
      isMounted = true;
      dress();
      ui = buildParts();
      const root = el("div", { class: "root", lang: locale }, ui.panel, ui.launcher);
      root.classList.toggle("left", /left/.test(settings.position || ""));
      root.classList.toggle("page", IS_PAGE);
      root.classList.toggle("fill", IS_PAGE && Boolean(settings.mount));
      root.classList.toggle("alone", IS_PAGE && !settings.mount);
      ui.root = root;
      shadow.append(root);
      applyConfig(config);
      const place = settings.mount ? document.querySelector(settings.mount) : document.body;
      host.classList.toggle("page", IS_PAGE);
      (place || document.body).append(host);
      listen();
      ui.input.value = kept.get("draft") || "";
      fitInput();
      showThread({ quiet: true });
      showStatus();
      showUnread(unreadCount());
    }

    // Constructed sheets are not bound by the shop's style-src; the <style> serves browsers before 2023.
    function dress() {
      try {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(SHEET);
        shadow.adoptedStyleSheets = [sheet];
      } catch (error) {
        shadow.append(el("style", { text: SHEET }));
      }
    }

    function buildParts() {
      const parts = {};
      parts.badge = el("span", { class: "badge", hidden: true, "aria-hidden": "true" });
      parts.launcher = el(
        "button",
        { class: "launcher", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => (chat.isOpen ? close() : open()) },
        icon("chat"), icon("down"), parts.badge,
      );
      parts.mark = el("div", { class: "mark", "aria-hidden": "true" });
      parts.title = el(IS_PAGE && !settings.mount ? "h1" : "h2", { id: "title" });
      parts.sub = el("p", {});
      parts.personText = el("span", { text: t("human") });
      parts.person = el("button", { class: "person", type: "button", "aria-label": t("human_label"), onclick: askForPerson }, icon("headset"), parts.personText);
      const shut = el("button", { class: "round shut", type: "button", "aria-label": t("close"), onclick: close }, icon("close"));
      const head = el("header", { class: "head" }, parts.mark, el("div", { class: "who" }, parts.title, parts.sub), parts.person, shut);

      parts.stripText = el("span", {});
      parts.stripAct = el("button", { type: "button", text: t("retry_now"), onclick: reconnectNow });
      parts.strip = el("div", { class: "strip", hidden: true }, parts.stripText, parts.stripAct);

      parts.log = el("div", { class: "log", role: "log", tabindex: "0", "aria-live": "off", "aria-label": t("thread"), "aria-relevant": "additions" });
      parts.typing = el("div", { class: "typing", hidden: true, "aria-hidden": "true" }, el("div", { class: "face" }, icon("spark")), el("div", { class: "dots" }, el("i"), el("i"), el("i")));
      parts.ratingPlace = el("div", {});
      parts.scroll = el("div", { class: "scroll" }, parts.log, parts.typing, parts.ratingPlace);
      parts.newest = el("button", { class: "newest", type: "button", hidden: true, onclick: () => toEnd(true) }, icon("down"), el("span", { text: t("newest") }));
      const body = el("div", { class: "body" }, parts.scroll, parts.newest);

      parts.picker = el("input", { type: "file", multiple: true, hidden: true, tabindex: "-1" });
      parts.clip = el("button", { class: "clip", type: "button", "aria-label": t("attach"), title: t("attach"), hidden: true, onclick: () => parts.picker.click() }, icon("clip"));
      parts.tray = el("ul", { class: "tray", "aria-label": t("attached"), hidden: true });
      parts.drop = el("div", { class: "drop", hidden: true, "aria-hidden": "true" }, el("span", { text: t("drop") }));
      parts.input = el("textarea", { rows: "1", "aria-label": t("input"), "aria-describedby": "count", placeholder: t("placeholder"), enterkeyhint: "send", autocomplete: "off", dir: "auto" });
      parts.go = el("button", { class: "go", type: "submit", "aria-label": t("send"), "aria-disabled": "true" }, icon("send"));
      parts.count = el("p", { class: "count", id: "count", hidden: true });
      parts.notice = el("p", { class: "notice" });
      parts.form = el("form", { class: "foot", onsubmit: submit }, parts.tray, el("div", { class: "box" }, parts.picker, parts.clip, parts.input, parts.go), parts.count, parts.notice);

      parts.live = el("div", { class: "away", role: "status", "aria-live": "polite" });
      parts.panel = el(
        "section",
        { class: "panel", id: "panel", role: !IS_PAGE ? "dialog" : settings.mount ? "region" : "main", "aria-labelledby": "title", tabindex: "-1", hidden: !IS_PAGE },
        head, parts.strip, body, parts.form, parts.live, parts.drop,
      );
      parts.launcher.setAttribute("aria-controls", "panel");
      return parts;
    }

    function applyConfig(config) {
      if (!ui) return;
      for (const [name, value] of Object.entries(palette(config.accent))) host.style.setProperty(name, value);
      const title = config.title || config.name || t("title");
      ui.title.textContent = title;
      const privacy = config.privacy_url ? linkTarget(new URL(config.privacy_url, HOST).href) : null;
      ui.clip.hidden = !config.uploads;
      if (config.uploads) ui.picker.accept = config.uploads.accept.join(",");
      ui.root.classList.toggle("has-clip", Boolean(config.uploads));
      ui.aiNotice = el("span", { text: t("notice") });
      ui.notice.replaceChildren(ui.aiNotice);
      if (privacy) ui.notice.append(" ", el("a", { href: privacy, target: "_blank", rel: "noopener noreferrer", text: t("privacy") }));
      showStatus();
    }

    function listen() {
      ui.input.addEventListener("keydown", onInputKey);
      ui.input.addEventListener("compositionstart", () => (isComposing = true));
      ui.input.addEventListener("compositionend", () => (isComposing = false));
      ui.input.addEventListener("input", onInput);
      ui.input.addEventListener("paste", onPaste);
      ui.picker.addEventListener("change", onPick);
      for (const name of ["dragenter", "dragover", "dragleave", "drop"]) ui.panel.addEventListener(name, onDrag);
      ui.panel.addEventListener("keydown", onPanelKey);
      ui.scroll.addEventListener("scroll", onScroll, { passive: true });
      // The keyboard of a phone shortens the thread: what was at the end stays at the end.
      new ResizeObserver(() => followsEnd && toEnd(false)).observe(ui.scroll);
      full.addEventListener("change", fitScreen);
      if (window.visualViewport) for (const name of ["resize", "scroll"]) window.visualViewport.addEventListener(name, fitScreen);
      fitScreen();
    }

    // ---- opening

    function showOpen(isOpen) {
      ui.root.classList.toggle("is-open", isOpen);
      ui.panel.hidden = !isOpen;
      ui.launcher.setAttribute("aria-expanded", String(isOpen));
      fitScreen();
      lockPage(isOpen && full.matches && !IS_PAGE);
      if (isOpen) {
        showPreview();
        showLink();
        toEnd(false);
        if (!IS_PAGE || !settings.mount) focusInput();
      } else {
        ui.launcher.focus({ preventScroll: true });
      }
      showUnread(unreadCount());
    }

    // On a touch screen the keyboard would hide the suggested questions before they are read.
    function focusInput() {
      const isTouch = matchMedia("(pointer: coarse)").matches;
      (isTouch ? ui.panel : ui.input).focus({ preventScroll: true });
    }

    let pageOverflow = null;

    function lockPage(isLocked) {
      const style = document.documentElement.style;
      if (isLocked && pageOverflow === null) {
        pageOverflow = style.overflow;
        style.overflow = "hidden";
      } else if (!isLocked && pageOverflow !== null) {
        style.overflow = pageOverflow;
        pageOverflow = null;
      }
    }

    function fitScreen() {
      const seen = window.visualViewport;
      const isFull = full.matches;
      ui.panel.setAttribute("aria-modal", String(isFull && !IS_PAGE));
      if (IS_PAGE) ui.panel.removeAttribute("aria-modal");
      if (!seen || !isFull || seen.scale > 1.01) {
        host.style.removeProperty("--cs-height");
        host.style.removeProperty("--cs-top");
      } else {
        host.style.setProperty("--cs-height", `${seen.height}px`);
        host.style.setProperty("--cs-top", `${seen.offsetTop}px`);
      }
      lockPage(chat.isOpen && isFull && !IS_PAGE);
    }

    function onPanelKey(event) {
      if (event.isComposing || isComposing) return;
      if (event.key === "Escape") {
        event.stopPropagation();
        close();
      } else if (event.key === "Tab" && full.matches && !IS_PAGE) {
        keepFocusInside(event);
      }
    }

    function keepFocusInside(event) {
      const stops = [...ui.panel.querySelectorAll("button, textarea, a[href], input, [tabindex='0']")].filter((node) => !node.disabled && node.offsetParent !== null);
      const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
      const active = shadow.activeElement;
      if (active !== edge && !(event.shiftKey && active === ui.panel)) return;
      event.preventDefault();
      (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
    }

    // ---- writing

    function onInputKey(event) {
      // 229 is the key of an input method: the Enter that picks a word in Chinese must not send half a sentence.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || isComposing || event.keyCode === 229) return;
      event.preventDefault();
      submit(event);
    }

    function onInput() {
      kept.set("draft", ui.input.value);
      fitInput();
      if (ui.input.value && Date.now() - typingSentAt > TYPING_SENT_EVERY_MS) {
        typingSentAt = Date.now();
        if (link.state === "online") transmit({ type: "typing" });
      }
    }

    function onPick() {
      addFiles([...ui.picker.files]);
      ui.picker.value = ""; // the same file may be chosen again
      ui.input.focus({ preventScroll: true });
    }

    function onPaste(event) {
      const files = event.clipboardData ? [...event.clipboardData.files] : [];
      if (!files.length || !chat.config.uploads) return;
      event.preventDefault();
      addFiles(files);
    }

    function onDrag(event) {
      const hasFiles = event.dataTransfer && [...event.dataTransfer.types].includes("Files");
      if (!hasFiles || !chat.config.uploads) return;
      event.preventDefault();
      if (event.type === "drop") addFiles([...event.dataTransfer.files]);
      const isLeaving = event.type === "dragleave" && ui.panel.contains(event.relatedTarget);
      if (!isLeaving) ui.drop.hidden = event.type === "drop" || event.type === "dragleave";
    }

    function showUploads() {
      if (!ui) return;
      ui.tray.hidden = !uploads.length;
      for (const node of [...ui.tray.children]) if (!uploads.some((one) => one.key === node.dataset.key)) node.remove();
      for (const upload of uploads) {
        let node = [...ui.tray.children].find((one) => one.dataset.key === upload.key);
        if (!node) {
          node = drawUpload(upload);
          ui.tray.append(node);
        }
        dressUpload(node, upload);
      }
      fitInput();
    }

    function drawUpload(upload) {
      const node = el("li", {});
      node.dataset.key = upload.key;
      const again = el("button", { class: "again", type: "button", "aria-label": t("retry", { name: upload.name }), onclick: () => retryUpload(upload) }, icon("redo"));
      const away = el("button", { class: "off", type: "button", onclick: () => removeUpload(upload) }, icon("close"));
      const bar = el("progress", { max: "1", "aria-label": t("uploading", { name: upload.name }) });
      node.append(icon(upload.kind === "image" ? "image" : "file"), el("span", {}, el("bdi", { text: upload.name }), el("small", {}), bar), again, away);
      return node;
    }

    function dressUpload(node, upload) {
      const [bar, note] = [node.querySelector("progress"), node.querySelector("small")];
      const isOn = upload.state === "waiting" || upload.state === "sending";
      node.classList.toggle("is-failed", upload.state === "failed");
      bar.hidden = !isOn;
      bar.value = upload.share;
      note.hidden = isOn;
      note.textContent = upload.state === "failed" ? upload.error : sizeText(upload.file.size);
      node.querySelector(".again").hidden = !(upload.state === "failed" && upload.canRetry);
      node.querySelector(".off").setAttribute("aria-label", t(isOn ? "cancel" : "remove", { name: upload.name }));
    }

    // Files that are not taken are the shopper's to remove; the others go with the message.
    const isUploading = () => uploads.some((one) => one.state === "waiting" || one.state === "sending");
    const readyFiles = () => uploads.filter((one) => one.state === "done").map((one) => one.frame);

    function fitInput() {
      const length = lengthOf(ui.input.value.trim());
      const isOver = length > TEXT_LIMIT;
      ui.input.style.height = "";
      if (ui.input.value) ui.input.style.height = `${Math.min(ui.input.scrollHeight, 128)}px`;
      ui.go.setAttribute("aria-disabled", String((!length && !readyFiles().length) || isOver || isUploading()));
      ui.input.setAttribute("aria-invalid", String(isOver));
      ui.count.hidden = length < COUNTER_FROM;
      ui.count.textContent = ui.count.hidden ? "" : `${length} / ${TEXT_LIMIT}`;
      if (isOver) ui.count.textContent += ` · ${t("too_long_hint", { n: TEXT_LIMIT })}`;
      ui.count.classList.toggle("is-bad", isOver);
    }

    function submit(event) {
      event.preventDefault();
      const text = cleanText(ui.input.value);
      const files = readyFiles();
      if (isUploading()) {
        notify(t("upload_wait"));
        return;
      }
      if (!text && !files.length) return;
      if (lengthOf(text) > TEXT_LIMIT) {
        say(t("too_long_hint", { n: TEXT_LIMIT }));
        return;
      }
      uploads = uploads.filter((one) => one.state === "failed" && one.canRetry);
      showUploads();
      ui.input.value = "";
      kept.remove("draft");
      typingSentAt = 0;
      fitInput();
      post(text, undefined, files);
      ui.input.focus({ preventScroll: true });
    }

    function edit(text) {
      ui.input.value = [ui.input.value, text].filter(Boolean).join("\n");
      onInput();
      ui.input.focus({ preventScroll: true });
    }

    // One tap is one wish: a second tap before the server has answered does not ask again.
    function askForPerson() {
      if (Date.now() - personAskedAt < 4000) return;
      personAskedAt = Date.now();
      post(t("human_text"));
    }

    // ---- thread

    // The greeting is there at once, before the line is; the stored one takes its place.
    let preview = null;
    let lastSaid = null;

    function showPreview() {
      if (preview || chat.thread.length || !chat.config.greeting) return;
      preview = draw({ id: null, seq: 0, sender: "ai", name: "", text: chat.config.greeting, options: [], card: null, attachments: [], at: Date.now(), state: null });
      ui.log.append(preview);
    }

    function showThread({ quiet = false, follow = false }) {
      if (!ui) return;
      if (preview && chat.thread.some((item) => item.seq)) {
        preview.remove();
        preview = null;
      }
      warmLiveRegion(quiet);
      const wasAtEnd = followsEnd;
      lastSaid = chat.thread.filter((item) => item.sender !== "system").pop();
      let previous = null;
      let cursor = preview ? preview.nextSibling : ui.log.firstChild;
      const fresh = [];
      for (const item of chat.thread) {
        if (!item.node) {
          item.node = draw(item);
          fresh.push(item);
          if (!quiet) item.node.classList.add("fresh");
        }
        if (item.node === cursor) cursor = cursor.nextSibling;
        else ui.log.insertBefore(item.node, cursor);
        decorate(item, previous);
        previous = item;
      }
      showRating();
      if (follow || wasAtEnd) settleScroll(fresh);
      else if (fresh.some((item) => item.sender !== "customer")) ui.newest.hidden = false;
    }

    // History is shown, not read out; only what comes after it is announced.
    function warmLiveRegion(quiet) {
      if (liveRegionIsWarm || quiet || !chat.wasWelcomed) return;
      liveRegionIsWarm = true;
      setTimeout(() => ui.log.setAttribute("aria-live", "polite"), 50);
    }

    function draw(item) {
      const bubble = el("div", { class: "bubble", dir: "auto" });
      writeText(bubble, item.text);
      bubble.hidden = !item.text || Boolean(item.card && item.text === item.card.title);
      const by = el("div", { class: "by" });
      if (item.sender === "ai") by.append(el("span", { class: "chip", text: t("ai") }), el("bdi", { text: item.name || t("ai_name") }));
      if (item.sender === "agent") by.append(el("bdi", { text: item.name || t("agent_name") }));
      if (item.sender === "shop") by.append(el("bdi", { text: item.name || ui.title.textContent }));
      if (item.sender === "customer") bubble.prepend(el("span", { class: "away", text: `${t("you")}: ` }));
      const isOther = item.sender === "ai" || item.sender === "agent" || item.sender === "shop";
      const col = el("div", { class: "col" }, isOther ? by : null, bubble, ...item.attachments.map(drawAttachment), drawCard(item), drawOptions(item), el("div", { class: "state" }));
      const face = isOther ? el("div", { class: "face", "aria-hidden": "true" }, item.sender === "ai" ? icon("spark") : initialOf(item.name || t("agent_name"))) : null;
      const row = el("div", { class: `row ${item.sender}` }, el("div", { class: "time", hidden: true }), el("div", { class: "line" }, face, col));
      return row;
    }

    // A Chinese name is known by its last character, others by their first.
    function initialOf(name) {
      const letters = [...name.trim()];
      const isChinese = letters.length < 5 && letters.every((letter) => /[\u4e00-\u9fff]/.test(letter));
      return document.createTextNode((isChinese ? letters[letters.length - 1] : letters[0]) || "");
    }

    function drawOptions(item) {
      if (!item.options.length) return null;
      const isQuiet = item.options.every((option) => option.id === "opt_out");
      const list = el("ul", { class: isQuiet ? "options is-quiet" : "options", "aria-label": t("choices") });
      for (const option of item.options) {
        const text = String(option.text);
        const button = el("button", { type: "button" }, el("span", { text: text.replace(DIRECTION_MARKS, ""), dir: "auto" }), icon("next"));
        button.addEventListener("click", () => {
          button.classList.add("is-chosen");
          post(cleanText(text), option.id);
        });
        list.append(el("li", {}, button));
      }
      return list;
    }

    // A card that changed takes the place of what was drawn before, at the same height of the thread.
    function redraw(item) {
      if (!ui || !item.node) return;
      const node = draw(item);
      item.node.replaceWith(node);
      item.node = node;
      showThread({});
    }

    function focusCard(item) {
      const card = item.node && item.node.querySelector(".card");
      if (card && chat.isOpen) (card.querySelector("[aria-invalid='true']") || card).focus({ preventScroll: true });
    }

    // ---- pictures and files

    // What the server stored is shown from the server only.
    function ownAddress(path) {
      try {
        const url = new URL(path, HOST);
        return url.origin === HOST ? url.href : null;
      } catch (error) {
        return null;
      }
    }

    function drawAttachment(one) {
      const address = ownAddress(one.url);
      if (!address) return null;
      return one.kind === "image" && one.width && one.height ? drawImage(one, address) : drawFile(one, address);
    }

    function picture(address, name) {
      return el("img", { src: address, alt: name, loading: "lazy", decoding: "async", referrerpolicy: "no-referrer" });
    }

    // The box has its size before the picture is there, so that nothing jumps.
    function drawImage(one, address) {
      const image = picture(address, t("image", { name: one.name }));
      const width = Math.max(72, Math.min(IMAGE_WIDTH, one.width));
      const button = el("button", { class: "image", type: "button", "aria-label": t("enlarge", { name: one.name }) }, image);
      button.style.width = `${width}px`;
      button.style.aspectRatio = `${one.width} / ${Math.min(one.height, one.width * 1.6)}`;
      button.addEventListener("click", () => enlarge(address, one.name));
      image.addEventListener("error", () => button.replaceWith(drawFile(one, address)));
      return button;
    }

    function drawFile(one, address) {
      const size = sizeText(one.size);
      const label = t("file", { name: one.name, size });
      const words = el("span", {}, el("bdi", { text: one.name }), el("small", { text: size }));
      return el("a", { class: "file", href: address, target: "_blank", rel: "noopener noreferrer", "aria-label": label }, icon("file"), words);
    }

    function sizeText(bytes) {
      if (!(bytes > 0)) return "";
      return bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
    }

    function enlarge(address, name) {
      const shut = el("button", { class: "round", type: "button", "aria-label": t("shut") }, icon("close"));
      const box = el("dialog", { class: "lightbox", "aria-label": t("lightbox") }, picture(address, name), shut);
      box.addEventListener("click", () => box.close());
      box.addEventListener("keydown", (event) => event.stopPropagation()); // Escape closes the picture, not the chat
      box.addEventListener("close", () => box.remove());
      ui.root.append(box);
      box.showModal();
    }

    // ---- cards

    function drawCard(item) {
      if (!item.card) return null;
      const draws = { lead: drawLeadCard, contact: drawContactCard, product: drawProductCard, order: drawOrderCard };
      const draw = draws[item.card.kind];
      if (!draw) return null;
      const card = el("section", { class: `card is-${item.card.kind}`, tabindex: "-1", "aria-label": item.card.title || item.text });
      if (item.card.title) card.append(el("h3", { text: item.card.title }));
      if (item.card.text) card.append(el("p", { class: "about", text: item.card.text }));
      draw(card, item);
      return card;
    }

    function labelOf(field) {
      return field.label || t(`field_${field.name}`);
    }

    function drawLeadCard(place, item) {
      const { card } = item;
      const fields = (card.fields || []).filter((field) => field.name in FIELD_LIMITS);
      if (card.submitted) {
        const summary = el("dl", {});
        for (const field of fields) if (card.summary && card.summary[field.name]) summary.append(el("dt", { text: labelOf(field) }), el("dd", { text: card.summary[field.name] }));
        place.append(summary, el("p", { class: "sent" }, icon("done"), t("card_sent")));
        return;
      }
      const form = el("form", { novalidate: true });
      const inputs = fields.map((field) => drawField(form, field, item));
      const consent = card.consent ? drawConsent(form, item) : null;
      const problem = el("p", { class: "bad", role: "alert", text: card.error ? t(card.error) : "" });
      const isSending = card.state === "sending";
      const send = el("button", { class: "solid", type: "submit", disabled: isSending, text: isSending ? t("card_sending") : card.button || t("card_send") });
      form.append(problem, send);
      for (const input of form.elements) if (isSending) input.disabled = true;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        submitCard(item, inputs, consent, problem);
      });
      place.append(form);
    }

    function drawField(form, field, item) {
      const { card } = item;
      const id = `field-${item.seq}-${field.name}`;
      const isNote = field.name === "note";
      const kinds = { phone: { type: "tel", autocomplete: "tel", inputmode: "tel" }, email: { type: "email", autocomplete: "email", inputmode: "email" }, name: { type: "text", autocomplete: "name" }, wechat: { type: "text", autocomplete: "off" }, note: { rows: "2" } };
      const input = el(isNote ? "textarea" : "input", { id, maxlength: FIELD_LIMITS[field.name], "aria-describedby": `${id}-bad`, required: field.required, ...kinds[field.name] });
      input.value = (card.values && card.values[field.name]) || "";
      const bad = el("p", { class: "bad", id: `${id}-bad` });
      const label = el("label", { for: id }, el("span", { text: labelOf(field) }), field.required ? null : el("small", { text: t("optional") }));
      const part = { field, input, bad };
      input.addEventListener("input", () => markField(part, ""));
      if ((card.bad || []).includes(field.name)) markField(part, t(field.name === "note" || field.name === "name" ? "bad_missing" : `bad_${field.name}`, { field: labelOf(field) }));
      form.append(label, input, bad);
      return part;
    }

    function drawConsent(form, item) {
      const id = `field-${item.seq}-consent`;
      const input = el("input", { id, type: "checkbox", "aria-describedby": `${id}-bad` });
      input.checked = Boolean(item.card.values && item.card.values.consent);
      const bad = el("p", { class: "bad", id: `${id}-bad` });
      const part = { input, bad };
      input.addEventListener("change", () => markField(part, ""));
      form.append(el("label", { class: "consent", for: id }, input, el("span", { text: item.card.consent })), bad);
      return part;
    }

    function markField({ input, bad }, problem) {
      input.setAttribute("aria-invalid", String(Boolean(problem)));
      bad.textContent = problem;
    }

    function problemOfField({ field, input }) {
      const value = input.value.normalize("NFKC").trim();
      if (!value) return field.required ? t("bad_missing", { field: labelOf(field) }) : "";
      if (field.name === "phone" && !/^\+?\d{7,15}$/.test(plain(value))) return t("bad_phone");
      if (field.name === "wechat" && !/^([a-z][-_a-z0-9]{5,19}|1[3-9]\d{9})$/i.test(value)) return t("bad_wechat");
      if (field.name === "email" && !/^\S+@\S+\.\S+$/.test(value)) return t("bad_email");
      return "";
    }

    function submitCard(item, inputs, consent, problem) {
      const values = {};
      let first = null;
      for (const part of inputs) {
        const bad = problemOfField(part);
        markField(part, bad);
        if (bad && !first) first = part.input;
        values[part.field.name] = cleanText(part.input.value);
      }
      if (consent) {
        values.consent = consent.input.checked;
        markField(consent, values.consent ? "" : t("bad_consent"));
        if (!values.consent && !first) first = consent.input;
      }
      if (!first && !inputs.some((part) => part.input.value.trim())) {
        problem.textContent = t("bad_any");
        first = inputs.length ? inputs[0].input : null;
      }
      if (first) first.focus();
      else sendCard(item, values);
    }

    function drawContactCard(place, item) {
      const { card } = item;
      const words = el("div", { class: "person-words" }, el("strong", { text: card.name || "" }), card.role ? el("p", { class: "about", text: card.role }) : null);
      if (card.phone) words.append(copyLine(t("call"), card.phone, `tel:${card.phone.replace(/[^\d+]/g, "")}`));
      if (card.wechat) words.append(copyLine(t("field_wechat"), card.wechat));
      place.append(words);
      const address = card.qr ? ownAddress(card.qr) : null;
      if (!address) return;
      const label = t("qr", { name: card.name || card.title || "" });
      const button = el("button", { class: "qr", type: "button", "aria-label": t("enlarge", { name: label }) }, picture(address, label));
      button.addEventListener("click", () => enlarge(address, label));
      place.append(button);
    }

    function copyLine(label, value, href) {
      const button = el("button", { type: "button", text: t("copy"), "aria-label": `${t("copy")} ${value}` });
      button.addEventListener("click", () => copyText(value, button));
      return el("p", { class: "line-of" }, el("span", { text: label }), href ? el("a", { href, text: value }) : el("bdi", { text: value }), button);
    }

    // The clipboard is there on https only; elsewhere the text is selected, so that a long press copies it.
    function copyText(value, button) {
      const done = () => {
        button.textContent = t("copied");
        say(t("copied"));
        setTimeout(() => (button.textContent = t("copy")), 2000);
      };
      if (navigator.clipboard) navigator.clipboard.writeText(value).then(done, () => select(button.previousSibling));
      else select(button.previousSibling);
    }

    function select(node) {
      const range = document.createRange();
      range.selectNodeContents(node);
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
    }

    function drawProductCard(place, item) {
      place.append(productList(item.card.products || []));
    }

    function productList(products) {
      const list = el("ul", { class: "products" });
      for (const product of products) {
        const words = el("span", {}, el("bdi", { text: product.name || "" }), product.summary ? el("small", { text: product.summary }) : null);
        const button = el("button", { type: "button" }, words, product.price ? el("b", { text: product.price }) : null, icon("next"));
        button.addEventListener("click", () => post(cleanText(t("ask_product", { name: product.name || "" }))));
        list.append(el("li", {}, button));
      }
      return list;
    }

    function drawOrderCard(place, item) {
      const { card } = item;
      const names = { shipped: "order_shipped", delayed: "order_delayed", delivered: "order_delivered" };
      if (names[card.status]) place.append(el("h3", { class: `order is-${card.status}`, text: t(names[card.status]) }));
      if (card.number) place.append(copyLine(t("order_number"), card.number));
      if (card.tracking) place.append(copyLine(card.carrier || t("tracking"), card.tracking));
      const course = el("ol", { class: "course" });
      for (const event of card.events || []) course.append(el("li", {}, el("span", { text: event.text || "" }), el("time", { text: event.at ? clock(Date.parse(event.at)) : "" })));
      if (course.children.length) place.append(course);
      if ((card.products || []).length) place.append(el("h4", { text: t("related") }), productList(card.products));
    }

    function decorate(item, previous) {
      const row = item.node;
      const time = row.firstChild;
      const isApart = !previous || item.at - previous.at > SEPARATE_AFTER_MS;
      time.hidden = !isApart;
      if (isApart) time.textContent = clock(item.at);
      const isSame = !isApart && previous && previous.sender === item.sender && previous.name === item.name;
      row.classList.toggle("same", Boolean(isSame));
      const by = row.querySelector(".by");
      // The AI is labelled on every message; a person's name needs to stand only at the head of a group.
      if (by) by.hidden = Boolean(isSame) && item.sender !== "ai";
      row.classList.toggle("is-failed", item.state === "failed");
      if (item.sender === "customer") showState(item, row.querySelector(".state"));
    }

    function showState(item, place) {
      const wanted = stateOf(item);
      if (place.dataset.shown === wanted) return;
      place.dataset.shown = wanted;
      place.replaceChildren();
      place.hidden = !wanted;
      if (!wanted) return;
      place.append(el("span", { text: wanted }));
      if (item.state !== "failed") return;
      const mustChange = NEEDS_EDIT.has(item.error);
      place.append(el("button", { type: "button", text: t(mustChange ? "edit" : "again"), onclick: () => (mustChange ? takeBack(item) : resend(item)) }));
    }

    function stateOf(item) {
      if (item.state === "failed") return `${t("failed")} · ${errorText(item.error)}`;
      if (item !== lastSaid) return ""; // one line for a whole row of messages
      if (item.state === "sending") return link.state === "online" || !wasTroubled ? t("sending") : t("waiting");
      return chat.status === "human" && chat.agentReadSeq >= item.seq ? t("read") : t("sent");
    }

    function clock(at) {
      const date = new Date(at);
      const isToday = date.toDateString() === new Date().toDateString();
      const day = isToday ? {} : { month: "short", day: "numeric" };
      return new Intl.DateTimeFormat(locale, { ...day, hour: "2-digit", minute: "2-digit", hour12: false }).format(date);
    }

    // ---- scrolling

    function onScroll() {
      const { scrollHeight, scrollTop, clientHeight } = ui.scroll;
      followsEnd = scrollHeight - scrollTop - clientHeight < 48;
      if (followsEnd) ui.newest.hidden = true;
    }

    function toEnd(isSmooth) {
      ui.newest.hidden = true;
      const mayMove = isSmooth && !matchMedia("(prefers-reduced-motion: reduce)").matches;
      ui.scroll.scrollTo({ top: ui.scroll.scrollHeight, behavior: mayMove ? "smooth" : "auto" });
    }

    // A long answer is read from its beginning, so it is not scrolled past.
    function settleScroll(fresh) {
      const answer = fresh.length === 1 && fresh[0].sender !== "customer" ? fresh[0].node : null;
      if (answer && answer.offsetHeight > ui.scroll.clientHeight - 24) {
        followsEnd = false;
        ui.scroll.scrollTop += answer.getBoundingClientRect().top - ui.scroll.getBoundingClientRect().top - 8;
      } else {
        followsEnd = true;
        toEnd(false);
      }
    }

    // ---- states

    function showStatus() {
      if (!ui) return;
      const { status, agent } = chat;
      const name = (agent && agent.name) || t("agent_name");
      const hasAi = !chat.config || chat.config.is_ai !== false;
      const subs = { ai: t(hasAi ? "sub_ai" : "sub_agent"), queued: t(chat.position ? "sub_queued" : "sub_waiting"), human: t("sub_human", { name }), closed: t("sub_closed") };
      ui.sub.textContent = wasTroubled ? t("sub_offline") : subs[status] || subs.ai;
      ui.mark.replaceChildren(status === "human" ? initialOf(name) : icon(status === "queued" ? "headset" : "spark"));
      ui.mark.classList.toggle("is-off", status === "closed" || (status === "queued" && !chat.position) || wasTroubled);
      // Someone is on the way or there already: nothing left to ask for.
      const hadFocus = shadow.activeElement === ui.person;
      ui.person.hidden = status === "queued" || status === "human";
      if (ui.person.hidden) personAskedAt = 0;
      if (ui.person.hidden && hadFocus) focusInput();
      ui.aiNotice.hidden = !hasAi || status === "human";
      ui.notice.hidden = ui.aiNotice.hidden && !ui.notice.querySelector("a");
      showStrip();
      showRating();
    }

    function queueText() {
      if (chat.status !== "queued") return "";
      if (!chat.position) return chat.backAt ? t("queued_back", { when: clock(chat.backAt) }) : t("queued_unknown");
      const place = chat.position === 1 ? t("queued_next") : t("queued", { n: chat.position });
      return chat.waitSeconds ? t("queued_wait", { place, n: Math.max(1, Math.ceil(chat.waitSeconds / 60)) }) : place;
    }

    let note = "";

    function notify(text) {
      note = text;
      showStrip();
      later("note", 4000, () => {
        note = "";
        showStrip();
      });
    }

    let spoken = "";

    // The strip shows the worst first: the line, then a notice, then the place in the queue.
    function showStrip() {
      if (!ui) return;
      const trouble = wasTroubled ? troubleText() : "";
      const text = trouble || note || queueText();
      ui.strip.hidden = !text;
      ui.strip.classList.toggle("is-bad", Boolean(trouble));
      ui.stripText.textContent = text;
      ui.stripAct.hidden = !trouble;
      const voice = trouble ? t("retry_live") : text; // a countdown must not be read out every second
      if (voice && voice !== spoken) say(voice);
      spoken = voice;
    }

    function troubleText() {
      if (link.state === "connecting") return t("reconnecting");
      if (navigator.onLine === false) return t("no_network");
      return t("retry_in", { n: Math.max(1, Math.ceil((link.retryAt - Date.now()) / 1000)) });
    }

    // A line that is back within a second was never away.
    function showLink() {
      if (!ui) return;
      if (link.state === "online") {
        clearTimeout(timers.trouble);
        clearInterval(timers.countdown);
        if (wasTroubled) notify(t("back"));
        wasTroubled = false;
        link.hadTrouble = false;
      } else if (!wasTroubled && link.hadTrouble && !timers.trouble) {
        timers.trouble = setTimeout(beTroubled, 1000);
      } else if (link.state === "connecting" && !chat.wasWelcomed && !wasTroubled) {
        later("slow", 1500, () => link.state === "connecting" && notify(t("connecting")));
      }
      if (link.state === "online") timers.trouble = 0;
      showStatus();
      if (onTheWay().length) showThread({});
    }

    function beTroubled() {
      wasTroubled = true;
      clearInterval(timers.countdown);
      timers.countdown = setInterval(showStrip, 500);
      showStatus();
      showThread({});
    }

    function showTyping(sender) {
      if (!ui) return;
      const name = (chat.agent && chat.agent.name) || t("agent_name");
      const text = sender === "agent" ? t("typing_agent", { name }) : sender ? t("typing_ai") : "";
      if (sender && ui.typing.hidden) say(text);
      ui.typing.hidden = !sender;
      if (!sender) return;
      ui.typing.firstChild.replaceChildren(sender === "agent" ? initialOf(name) : icon("spark"));
      if (followsEnd) toEnd(false);
    }

    function say(text) {
      if (ui && chat.isOpen) ui.live.textContent = text;
    }

    // ---- unread

    function showUnread(count) {
      if (!ui) return;
      const shown = chat.isOpen ? 0 : count;
      ui.badge.hidden = !shown;
      ui.badge.textContent = shown > 99 ? "99+" : String(shown);
      ui.launcher.setAttribute("aria-label", chat.isOpen ? t("close") : shown ? `${t("open")}, ${t("unread", { n: shown })}` : t("open"));
      hintInTitle(isVisible() ? 0 : count);
      if (ui.unread !== count) emit("unread", count);
      ui.unread = count;
    }

    function pageTitle() {
      if (document.title !== titleShown) titleBase = document.title;
      return titleBase;
    }

    // The shop may change its title meanwhile: only a title that is still ours is taken back.
    function hintInTitle(count) {
      const base = pageTitle();
      if (count) {
        titleShown = `${t("title_hint", { n: count })} - ${base}`;
        document.title = titleShown;
      } else if (titleShown !== null) {
        if (document.title === titleShown) document.title = base;
        titleShown = null;
      }
    }

    // ---- rating

    let ratingShown = "";

    function showRating() {
      if (!ui) return;
      const isDone = Boolean(kept.get(ratingName()));
      const isOffered = chat.status === "closed" && chat.thread.some((item) => item.sender === "customer" && item.seq) && !onTheWay().length;
      const wanted = !isOffered ? "" : `${ratingName()}|${isDone}`;
      if (wanted === ratingShown) return;
      ratingShown = wanted;
      ui.ratingPlace.replaceChildren();
      if (!isOffered) return;
      ui.ratingPlace.append(isDone ? el("div", { class: "rating" }, el("h3", { text: t("rate_thanks") })) : drawRating());
      if (isDone) say(t("rate_thanks"));
      if (followsEnd) toEnd(false);
    }

    function drawRating() {
      const word = el("p", {});
      const comment = el("textarea", { rows: "2", maxlength: "500", "aria-label": t("rate_comment"), placeholder: t("rate_comment"), hidden: true });
      const send = el("button", { class: "solid", type: "button", text: t("rate_send"), hidden: true });
      const stars = el("fieldset", { class: "stars" }, el("legend", { class: "away", text: t("rate_title") }));
      let score = 0;
      const light = (upTo) => [...stars.querySelectorAll("label")].forEach((label, i) => label.classList.toggle("is-lit", i < upTo));
      for (let value = 1; value <= 5; value += 1) {
        const name = t("rate_star", { n: value, word: t(`rate_${value}`) });
        const input = el("input", { type: "radio", name: "score", value, "aria-label": name });
        input.addEventListener("change", () => {
          score = value;
          light(value);
          word.textContent = t(`rate_${value}`);
          comment.hidden = send.hidden = false;
          if (followsEnd) toEnd(false);
        });
        stars.append(el("label", { onmouseenter: () => light(value), onmouseleave: () => light(score) }, input, icon("star")));
      }
      send.addEventListener("click", () => rate(score, cleanText(comment.value)));
      return el("div", { class: "rating" }, el("h3", { text: t("rate_title"), "aria-hidden": "true" }), stars, word, comment, send);
    }

    return { mount, applyConfig, showOpen, showThread, showStatus, showLink, showTyping, showUnread, showRating, showUploads, redraw, focusCard, edit, notify, say, pageTitle };
  }

  // ------------------------------------------------------------------ 13 start

  // The settings of the last visit put the launcher there at once; the fresh ones follow.
  function start() {
    const known = parseJson(kept.get("config") || "");
    if (known) begin(known);
    loadConfig(1000);
  }

  async function loadConfig(delay) {
    try {
      const answer = await fetch(`${HOST}/chat/${encodeURIComponent(CHANNEL)}/config.json`, { credentials: "omit", mode: "cors" });
      if (answer.status === 404) {
        kept.remove("config");
        console.warn(`[chat] no such channel: ${CHANNEL}`);
        return;
      }
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const config = await answer.json();
      kept.set("config", JSON.stringify(config));
      begin(config);
    } catch (error) {
      setTimeout(loadConfig, delay, Math.min(delay * 2, 60000)); // the shop's page works without us meanwhile
    }
  }

  function begin(config) {
    const isFirst = chat.config === null;
    chat.config = config;
    if (!isFirst) {
      view.applyConfig(config);
      return;
    }
    chooseLanguage(config.language);
    restoreThread();
    view.mount(config);
    window.addEventListener("online", onWake);
    window.addEventListener("offline", checkLine);
    window.addEventListener("storage", onStorage);
    window.addEventListener("pagehide", saveThread);
    window.addEventListener("pageshow", onWake);
    document.addEventListener("visibilitychange", onWake);
    window.CSChat = { open, close, identify, on };
    document.dispatchEvent(new CustomEvent("cschat:ready"));
    const wasOpen = tab.get("open");
    const isPhone = matchMedia(FULL_SCREEN).matches;
    if (IS_PAGE || wasOpen === "1" || (wasOpen === null && settings.open !== undefined && settings.open !== "0" && !isPhone)) open();
    else if (kept.get("token")) setTimeout(connect, 400); // for the badge; the page itself comes first
  }

  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
