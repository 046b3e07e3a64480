using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using TaskDashboard.Core.Access;
using TaskDashboard.Core.People;
using TaskDashboard.Core.Storage;

namespace TaskDashboard.App.People;

/// <summary>Accounts, sessions and who asks.</summary>
internal static class PeopleSetup
{
    /// <summary>How long a store that is busy is waited for, as by everybody else.</summary>
    private const int PatienceSeconds = 10;

    public static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.AddDbContext<PeopleDbContext>((provider, options) => options.UseSqlite(new SqliteConnectionStringBuilder
        {
            DataSource = provider.GetRequiredService<DatabaseFile>().Path,
            Mode = SqliteOpenMode.ReadWrite,
            DefaultTimeout = PatienceSeconds,
        }.ToString()));
        services.AddIdentityCore<Person>(options =>
            {
                // Length is what makes a password hard to guess; rules about characters make people write it down (NIST SP 800-63B).
                options.Password = new PasswordOptions { RequiredLength = 10, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false, RequiredUniqueChars = 4 };
                options.Lockout = new LockoutOptions { AllowedForNewUsers = true, MaxFailedAccessAttempts = 5, DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15) };
            })
            .AddUserStore<PersonStore>()
            .AddSignInManager();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies(cookies => cookies.ApplicationCookie!.Configure(Configure));
        services.AddSingleton(provider => new PersonDirectory(provider.GetRequiredService<ChatAccess>().NoteChange));
        services.AddScoped<PeopleService>();
        services.AddScoped(provider => new CurrentCaller(provider, provider.GetRequiredService<PersonDirectory>(), provider.GetRequiredService<IOptions<IdentityOptions>>()));
        services.AddScoped<ICallerSource>(provider => provider.GetRequiredService<CurrentCaller>());
        return services.AddCallers();
    }

    private static void Configure(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "td-session";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = TimeSpan.FromDays(14);
        cookie.SlidingExpiration = true;
        cookie.LoginPath = "/login";

        // Who a session is of is looked up in memory at every question; the database is not asked besides.
        cookie.Events.OnValidatePrincipal = context =>
        {
            if (context.HttpContext.RequestServices.GetRequiredService<CurrentCaller>().Of(context.Principal!) == Caller.Nobody) context.RejectPrincipal();
            return Task.CompletedTask;
        };
    }
}
