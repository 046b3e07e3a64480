using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using TaskDashboard.App.Api.Streams;
using TaskDashboard.Core.Events;

namespace TaskDashboard.Tests.Api;

public class EventStreamResultTests
{
    [Fact]
    public async Task ServerThatStopsBeforeTheFirstFrame_SaysSo_RatherThanNothing()
    {
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton<IHostApplicationLifetime>(new Lifetime(stopping.Token)).BuildServiceProvider(),
        };
        using var body = new MemoryStream();
        context.Response.Body = body;

        await new EventStreamResult<StreamFrame, TaskStreamShape>(token => NothingYetAsync(token)).ExecuteAsync(context);

        Assert.Equal((503, "application/problem+json"), (context.Response.StatusCode, context.Response.ContentType?.Split(';')[0]));
        Assert.Contains("draining", System.Text.Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    private static async IAsyncEnumerable<StreamFrame> NothingYetAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        yield break;
    }

    private sealed class Lifetime(CancellationToken stopping) : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => stopping;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => throw new NotSupportedException();
    }
}
