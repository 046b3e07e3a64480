using TaskDashboard.App;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddWebApp(builder.Configuration);

var app = builder.Build();
app.MapWebApp();
app.Run();
