using TaskDashboard.App.Api;
using TaskDashboard.App.Api.Security;

// The settings stand beside the program, wherever it is started from.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
if (LoopbackOnly.FindProblem(builder.Configuration) is { } problem)
{
    await Console.Error.WriteLineAsync(problem);
    return 1;
}

builder.WebHost.ConfigureServer();
builder.Services.AddWebApi();

var app = builder.Build();
app.UseServerPolicies();
app.MapStaticAssets();
app.MapWebApi();

await app.RunAsync();
return 0;
