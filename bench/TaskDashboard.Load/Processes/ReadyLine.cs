using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TaskDashboard.Load.Processes;

/// <summary>How our own servers live: bare Kestrel on a free loopback port, one line when they listen, an end when their parent is gone.</summary>
internal static class ReadyLine
{
    public const string Prefix = "ready ";

    public static async Task ServeAsync(RequestDelegate handler)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var app = builder.Build();
        app.Run(handler);
        await app.StartAsync();
        Console.WriteLine(Prefix + app.Urls.First());

        using var input = Console.OpenStandardInput();
        var ignored = new byte[16];
        while (await input.ReadAsync(ignored) > 0)
        {
            // The parent writes nothing; only the end of the pipe means something.
        }
    }
}
