using System.Globalization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Radzen;
using TaskDashboard.App.Api;
using TaskDashboard.App.Components;
using TaskDashboard.App.Components.Tasks;
using TaskDashboard.App.Hosting;
using TaskDashboard.App.Localization;
using TaskDashboard.App.People;
using TaskDashboard.App.ViewModels;
using TaskDashboard.App.ViewModels.Chats;
using TaskDashboard.App.ViewModels.Commands;
using TaskDashboard.App.ViewModels.Requests;
using TaskDashboard.App.ViewModels.TaskList;
using TaskDashboard.Core.Configuration;
using TaskDashboard.Core.People;

namespace TaskDashboard.App;

/// <summary>The pages: Razor components on the server, their languages and their view models.</summary>
public static class WebAppServiceCollectionExtensions
{
    /// <summary>A message of 1 MiB, escaped for the wire, and room around it. Larger ones would end the circuit instead of being refused in words.</summary>
    private const long LargestPageMessage = 8 * 1024 * 1024;

    public static IServiceCollection AddWebApp(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRazorComponents()
            .AddInteractiveServerComponents(options => options.DetailedErrors = configuration.GetValue("DetailedErrors", false))
            .AddHubOptions(options => options.MaximumReceiveMessageSize = LargestPageMessage);
        services.AddRadzenComponents();
        services.AddPageLanguage();
        services.Configure<RequestLocalizationOptions>(options =>
        {
            string[] cultures = [.. SupportedLanguages.All.Select(language => language.Culture)];
            options.SetDefaultCulture(SupportedLanguages.Default).AddSupportedCultures(cultures).AddSupportedUICultures(cultures);

            // The person's own choice, then the browser's; never by query, which would leak into shared links.
            options.RequestCultureProviders = [new CookieRequestCultureProvider(), new AcceptLanguageHeaderRequestCultureProvider()];
        });

        // Beside the data that they belong to: pages that were open before a restart are understood after it.
        services.AddDataProtection().SetApplicationName("TaskDashboard");
        services.AddOptions<KeyManagementOptions>().Configure<IOptions<DashboardOptions>, ILoggerFactory>((keys, dashboard, loggers) =>
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(Path.Combine(dashboard.Value.ResolvedDataDirectory, "keys")), loggers));
        services.TryAddSingleton(TimeProvider.System);
        services.AddPeople();
        services.AddSingleton<ChatViewers>();
        services.AddScoped<LiveTaskList>();
        services.AddScoped<RunningCountViewModel>();
        services.AddScoped<PendingDeletions>();
        services.AddScoped<TaskCommands>();
        services.AddScoped<PaletteViewModel>();
        services.AddScoped<BulkJobList>();
        services.AddScoped<OpenRequestList>();
        services.AddScoped<SelfCheckViewModel>();
        return services;
    }

    /// <summary>Serves the pages and their files.</summary>
    public static WebApplication MapWebApp(this WebApplication app)
    {
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use((context, next) =>
        {
            // Programs are answered with problem details, never with a page.
            if (WebApi.IsApi(context.Request.Path) && context.Features.Get<IStatusCodePagesFeature>() is { } pages) pages.Enabled = false;
            return next(context);
        });

        // The API answers in one language and knows no forms: it is spared the cost of both.
        app.UseWhen(context => !WebApi.IsApi(context.Request.Path), pages => pages.UseRequestLocalization().Use(MakeSwitchable).UseAntiforgery());
        app.MapStaticAssets().AllowAnonymous();
        app.MapWebManifest();
        app.MapSignIn();
        app.MapSharedChats();

        // A circuit is opened by a POST; what it may do is asked at each of its calls.
        app.MapRazorComponents<Document>().AddInteractiveServerRenderMode().Needs(PersonRole.Viewer);
        return app;
    }

    /// <summary>A page that is open may change its language; what is written once may not.</summary>
    private static Task MakeSwitchable(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/_blazor")) CultureInfo.CurrentUICulture = CultureInfo.CurrentCulture = new SwitchableCulture(CultureInfo.CurrentUICulture);
        return next(context);
    }
}
