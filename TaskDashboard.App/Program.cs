using TaskDashboard.App;
using TaskDashboard.App.Api;
using TaskDashboard.App.CommandLine;
using TaskDashboard.App.Hosting;
using TaskDashboard.Core;
using TaskDashboard.Core.Processes;

// A command asks the server that is running, and is none itself.
if (CommandLineProgram.IsCommand(args)) return await CommandLineProgram.RunAsync(args, Surroundings.OfProcess());

// Before anything else can run: what the variables hold is this process's own business.
OwnProcess.Hide();

// The settings stand beside the program, wherever it is started from.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Configuration.RankHostVariablesAboveFiles();
if (RestoreStart.FileIn(builder.Configuration) is { } backup) return await RestoreStart.RunAsync(backup, builder.Configuration);
builder.ConfigureServer();
builder.Services.AddTaskDashboard(builder.Configuration);
builder.Services.AddWebApi();
builder.Services.AddWebApp(builder.Configuration);

var app = builder.Build();
if (StartUp.FindProblem(app.Services) is { } problem) return await StartUp.RefuseAsync(problem);
if (LoopbackOnly.FindProblem(app.Configuration, await StartUp.LoadPeopleAsync(app.Services)) is { } address) return await StartUp.RefuseAsync(address);

app.UseServerPolicies();
app.MapWebApi();
app.MapWebApp();
return await StartUp.RunAsync(app);
