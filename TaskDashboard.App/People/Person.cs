using Microsoft.AspNetCore.Identity;
using TaskDashboard.Core.People;

namespace TaskDashboard.App.People;

/// <summary>Somebody with an account. ASP.NET Core Identity keeps the password, the lock-out and the stamp that ends sessions.</summary>
internal sealed class Person : IdentityUser
{
    /// <summary>What others read where this person is meant.</summary>
    public string DisplayName { get; set; } = "";

    public PersonRole Role { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Since when nobody can sign in with it; null while one can.</summary>
    public DateTimeOffset? DisabledAt { get; set; }
}
