using System.Text.Json.Nodes;
using Microsoft.Extensions.Localization;
using TaskDashboard.App.Components.Commands;
using TaskDashboard.App.Localization;

namespace TaskDashboard.App.Hosting;

/// <summary>What a browser needs to know to install the pages as an app. Said in the language of whoever asks.</summary>
internal static class WebManifest
{
    public const string Path = "manifest.webmanifest";

    /// <summary>The ground behind the title bar, as <c>--surface</c> in css/tokens.css.</summary>
    public const string LightTheme = "#ffffff";

    public const string DarkTheme = "#1b1e24";

    public static void MapWebManifest(this WebApplication app) => app.MapGet($"/{Path}", Show).AllowAnonymous().ExcludeFromDescription();

    private static IResult Show(HttpContext context, IStringLocalizer<Strings> words)
    {
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.Vary = "Cookie, Accept-Language";
        var manifest = new JsonObject
        {
            ["id"] = "/",
            ["name"] = "TaskDashboard",
            ["short_name"] = "Tasks",
            ["description"] = words["Shell.Description"].Value,
            ["lang"] = SupportedLanguages.Current,
            ["dir"] = "ltr",
            ["start_url"] = "/tasks",
            ["scope"] = "/",
            ["display"] = "standalone",
            ["theme_color"] = LightTheme,
            ["background_color"] = LightTheme,
            ["icons"] = new JsonArray(Icon(192, "any"), Icon(512, "any"), Icon(192, "maskable"), Icon(512, "maskable"), Drawn()),
            ["shortcuts"] = new JsonArray(
                Shortcut(words["NewTask.Title"], CommandCalls.NewTaskAddress),
                Shortcut(words["Nav.Tasks"], "tasks"),
                Shortcut(words["Nav.Approvals"], "approvals")),
        };
        return Results.Text(manifest.ToJsonString(), "application/manifest+json");
    }

    private static JsonObject Icon(int size, string purpose) => new()
    {
        ["src"] = $"/icons/{(purpose == "any" ? "icon" : purpose)}-{size}.png",
        ["sizes"] = $"{size}x{size}",
        ["type"] = "image/png",
        ["purpose"] = purpose,
    };

    private static JsonObject Drawn() => new() { ["src"] = "/favicon.svg", ["sizes"] = "any", ["type"] = "image/svg+xml", ["purpose"] = "any" };

    private static JsonObject Shortcut(string name, string address) => new() { ["name"] = name, ["url"] = $"/{address}", ["icons"] = new JsonArray(Icon(192, "any")) };
}
