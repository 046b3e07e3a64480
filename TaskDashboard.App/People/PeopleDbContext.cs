using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using TaskDashboard.Core.People;

namespace TaskDashboard.App.People;

/// <summary>The accounts, in the engine's database: it makes the tables, ASP.NET Core Identity reads and writes them.</summary>
internal sealed class PeopleDbContext(DbContextOptions<PeopleDbContext> options) : DbContext(options)
{
    private static readonly ValueConverter<DateTimeOffset, long> Milliseconds = new(at => at.ToUnixTimeMilliseconds(), stored => DateTimeOffset.FromUnixTimeMilliseconds(stored));

    public DbSet<Person> People => Set<Person>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Person>(person =>
        {
            person.ToTable("people").HasKey(row => row.Id);
            person.Property(row => row.ConcurrencyStamp).IsConcurrencyToken();
            person.Property(row => row.Role).HasConversion<int>();
            person.Property(row => row.CreatedAt).HasConversion(Milliseconds);
            person.Property(row => row.DisabledAt).HasConversion(Milliseconds);
            person.Property(row => row.LockoutEnd).HasConversion(Milliseconds);
            person.Ignore(row => row.Email).Ignore(row => row.NormalizedEmail).Ignore(row => row.EmailConfirmed);
            person.Ignore(row => row.PhoneNumber).Ignore(row => row.PhoneNumberConfirmed).Ignore(row => row.TwoFactorEnabled);
        });
        modelBuilder.Entity<IdentityUserClaim<string>>().ToTable("people_claims").HasKey(row => row.Id);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}
