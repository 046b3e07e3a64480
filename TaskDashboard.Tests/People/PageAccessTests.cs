using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Components;
using TaskDashboard.App.Components.Pages;

namespace TaskDashboard.Tests.People;

/// <summary>No page shows anything to somebody who has not signed in, nor lets them open a circuit.</summary>
public sealed class PageAccessTests : IAsyncLifetime
{
    private Town town = null!;

    /// <summary>Every page of the program; a new one is in here by itself.</summary>
    private static List<string> Pages => [.. typeof(TasksPage).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes<RouteAttribute>()).Select(route => route.Template)];

    public async Task InitializeAsync() => town = await Town.StartAsync();

    public Task DisposeAsync() => town.DisposeAsync().AsTask();

    [Fact]
    public async Task EveryPage_SendsAStrangerToSignIn()
    {
        Assert.True(Pages.Count > 10);
        using var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = town.Program.Address };
        foreach (var page in Pages)
        {
            using var answer = await stranger.GetAsync(page.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));
            Assert.Equal((page, HttpStatusCode.Redirect), (page, answer.StatusCode));
            Assert.StartsWith("/login?returnUrl=", answer.Headers.Location?.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/_blazor/negotiate?negotiateVersion=1")]
    [InlineData("/hubs/tasks/negotiate?negotiateVersion=1")]
    public async Task Connection_OfAStranger_IsRefused(string address)
    {
        using var answer = await town.Stranger.PostAsync(address, null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }
}
