using TaskDashboard.App;
using TaskDashboard.App.Api;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core;

// The settings stand beside the program, wherever it is started from.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Configuration.RankHostVariablesAboveFiles();
if (LoopbackOnly.FindProblem(builder.Configuration) is { } problem) return await StartUp.RefuseAsync(problem);

builder.ConfigureServer();
builder.Services.AddTaskDashboard(builder.Configuration);
builder.Services.AddWebApi();
builder.Services.AddWebApp(builder.Configuration);

var app = builder.Build();
app.UseServerPolicies();
app.MapWebApi();
app.MapWebApp();
return await StartUp.RunAsync(app);
