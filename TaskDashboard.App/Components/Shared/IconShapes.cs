namespace TaskDashboard.App.Components.Shared;

/// <summary>The icon set: strokes of 1.5 on a grid of 16, drawn in the colour of the text.</summary>
public static class IconShapes
{
    private static readonly Dictionary<string, string> Shapes = new()
    {
        ["logo"] = """<rect x="1.75" y="2" width="12.5" height="12" rx="3"/><path d="M4.5 8.2 6.8 10.5 11.5 5.5"/>""",
        ["panel"] = """<rect x="1.75" y="2.5" width="12.5" height="11" rx="2"/><path d="M6 2.5v11"/>""",
        ["chat"] = """<path d="M2 4.5A2 2 0 0 1 4 2.5h8a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H7l-3.5 2.5v-2.5A1.9 1.9 0 0 1 2 9.5z"/>""",
        ["tasks"] = """<path d="m1.8 4 1.2 1.2L5.2 3M1.8 11l1.2 1.2 2.2-2.2M8 4.2h6.2M8 11.2h6.2"/>""",
        ["agents"] = """<rect x="2.5" y="5" width="11" height="8.5" rx="2.5"/><path d="M8 5V2.2M6 8.6v1.2M10 8.6v1.2"/>""",
        ["settings"] = """<path d="M2 4.5h6.5M12 4.5h2M2 11.5h2M7.5 11.5H14"/><circle cx="10.2" cy="4.5" r="1.75"/><circle cx="5.8" cy="11.5" r="1.75"/>""",
        ["sun"] = """<circle cx="8" cy="8" r="2.75"/><path d="M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9"/>""",
        ["moon"] = """<path d="M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1z"/>""",
        ["monitor"] = """<rect x="1.75" y="2.5" width="12.5" height="8.5" rx="1.5"/><path d="M5.5 13.8h5M8 11v2.8"/>""",
        ["globe"] = """<circle cx="8" cy="8" r="6"/><path d="M2 8h12M8 2c2 2 2.8 4 2.8 6S10 12 8 14c-2-2-2.8-4-2.8-6S6 4 8 2z"/>""",
        ["plus"] = """<path d="M8 3v10M3 8h10"/>""",
        ["search"] = """<circle cx="7" cy="7" r="4.25"/><path d="m10.2 10.2 3.3 3.3"/>""",
        ["close"] = """<path d="m4 4 8 8M12 4l-8 8"/>""",
        ["spinner"] = """<path class="spinner-track" d="M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2"/><path class="spinner-arc" d="M8 2a6 6 0 0 1 6 6"/><circle class="spinner-still" cx="8" cy="8" r="3"/>""",
        ["clock"] = """<circle cx="8" cy="8" r="6"/><path d="M8 4.8V8l2.2 1.6"/>""",
        ["hand"] = """<path d="M5.2 9V4.3a1 1 0 0 1 2 0V7.5 3a1 1 0 0 1 2 0v4.5-3.7a1 1 0 0 1 2 0v5.7c0 2.7-1.6 4.5-4 4.5-1.9 0-3-.9-3.9-2.6L2.4 9.6a1 1 0 0 1 1.7-1z"/>""",
        ["pause"] = """<path d="M5.5 3.5v9M10.5 3.5v9"/>""",
        ["hourglass"] = """<path d="M4 2h8M4 14h8M5 2v2.5L8 8l3-3.5V2M5 14v-2.5L8 8l3 3.5V14"/>""",
        ["check"] = """<path d="m3 8.5 3.3 3.3L13 4.8"/>""",
        ["cross"] = """<circle cx="8" cy="8" r="6"/><path d="m6 6 4 4M10 6l-4 4"/>""",
        ["ban"] = """<circle cx="8" cy="8" r="6"/><path d="m3.8 3.8 8.4 8.4"/>""",
        ["stop"] = """<rect x="3.75" y="3.75" width="8.5" height="8.5" rx="1.5"/>""",
        ["trash"] = """<path d="M2.5 4.2h11M6.2 4V2.5h3.6V4M4 4.2l.6 9.3h6.8l.6-9.3M6.7 7v3.8M9.3 7v3.8"/>""",
        ["more"] = """<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" class="dots"/>""",
        ["retry"] = """<path d="M13.2 8a5.2 5.2 0 1 1-1.7-3.8L13.2 5.6M13.2 2.5v3.1h-3.1"/>""",
        ["pencil"] = """<path d="m2.8 13.2.6-2.8L10.7 3.1a1.3 1.3 0 0 1 1.9 0l.3.3a1.3 1.3 0 0 1 0 1.9L5.6 12.6z"/>""",
        ["link"] = """<path d="M6.5 9.5 9.5 6.5M7 4.5l1.3-1.3a3 3 0 0 1 4.3 4.3L11.3 9M9 11.5l-1.3 1.3a3 3 0 0 1-4.3-4.3L4.7 7"/>""",
        ["tool"] = """<path d="M9.7 5.3a3.3 3.3 0 0 0 4 4L9 13.5a1.8 1.8 0 0 1-2.5-2.5l4.2-4.7M13.7 9.3A3.3 3.3 0 0 0 10 3.2l1.8 1.8-.5 1.7-1.6-1.4" />""",
        ["terminal"] = """<rect x="1.75" y="2.5" width="12.5" height="11" rx="2"/><path d="m4.5 6 2 2-2 2M8.5 10.5h3"/>""",
        ["file"] = """<path d="M4 1.8h5l3.5 3.5v8.9H4zM9 1.8v3.5h3.5"/>""",
        ["paperclip"] = """<path d="m13.2 7.6-5.4 5.4a3.3 3.3 0 0 1-4.7-4.7l5.8-5.8a2.2 2.2 0 0 1 3.1 3.1l-5.8 5.8a1.1 1.1 0 0 1-1.5-1.5l5.1-5.2"/>""",
        ["folder"] = """<path d="M1.8 4a1 1 0 0 1 1-1h3.4l1.5 1.8h5.5a1 1 0 0 1 1 1v6.4a1 1 0 0 1-1 1H2.8a1 1 0 0 1-1-1z"/>""",
        ["thought"] = """<path d="M8 2a4.3 4.3 0 0 1 2.4 7.8v1.7H5.6V9.8A4.3 4.3 0 0 1 8 2zM6.2 13.8h3.6"/>""",
        ["chevron-right"] = """<path d="m6 3.5 4.5 4.5L6 12.5"/>""",
        ["chevron-down"] = """<path d="m3.5 6 4.5 4.5L12.5 6"/>""",
        ["chevron-up"] = """<path d="M3.5 10 8 5.5l4.5 4.5"/>""",
        ["send"] = """<path d="M8 13.5v-11M3.5 7 8 2.5 12.5 7"/>""",
        ["back"] = """<path d="M9.8 3.5 5.3 8l4.5 4.5"/>""",
        ["alert"] = """<path d="M8 2.2 14.3 13.3H1.7zM8 6.5v3M8 11.4h.01"/>""",
        ["parent"] = """<path d="M4 13.5V6.5a2 2 0 0 1 2-2h7M9.8 1.3 13 4.5 9.8 7.7"/>""",
        ["steer"] = """<path d="M2.5 8h9M8 3.5 12.5 8 8 12.5"/>""",
        ["play"] = """<path d="M5 3.2v9.6l7.5-4.8z"/>""",
        ["pulse"] = """<path d="M1.5 8.5h3l2-5 3 9 2-4h3"/>""",
        ["copy"] = """<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 3.5V3a1 1 0 0 0-1-1H3a1 1 0 0 0-1 1v6.5a1 1 0 0 0 1 1h.5"/>""",
        ["archive"] = """<rect x="2" y="2.5" width="12" height="3.5" rx="1"/><path d="M3 6v6.5a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1V6M6.5 8.8h3"/>""",
        ["download"] = """<path d="M8 2.5v8M4.5 7.2 8 10.7l3.5-3.5M2.5 13.5h11"/>""",
        ["upload"] = """<path d="M8 10.5v-8M4.5 6 8 2.5 11.5 6M2.5 13.5h11"/>""",
        ["arrow-down"] = """<path d="M8 2.5v11M3.5 9 8 13.5 12.5 9"/>""",
    };

    public static string Of(string name) => Shapes[name];
}
