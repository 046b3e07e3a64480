using TaskDashboard.Core.Attachments;
using TaskDashboard.Core.Tasks;
using TaskDashboard.Tests.Fakes;
using TaskDashboard.Tests.Fixtures;
using static TaskDashboard.Tests.Attachments.AttachmentSamples;

namespace TaskDashboard.Tests.Attachments;

/// <summary>What is taken, where it lies, and when it goes.</summary>
public sealed class AttachmentStoreTests
{
    [Theory]
    [InlineData("89504E470D0A1A0A0000", "claimed.txt", "image/png")]
    [InlineData("FFD8FFE000104A46", "photo", "image/jpeg")]
    [InlineData("474946383961010001", "a.gif", "image/gif")]
    [InlineData("524946460000000057454250", "a.webp", "image/webp")]
    [InlineData("7B7D", "a.json", "application/json")]
    [InlineData("EFBBBF6869", "bom.md", "text/markdown")]
    [InlineData("3C7376672F3E", "drawing.svg", "application/xml")]
    [InlineData("E4BDA0E5A5BD", "无", "text/plain")]
    [InlineData("68690A", "photo.png", "text/plain")]
    public async Task File_IsWhatItsContentSays(string hex, string name, string mediaType)
    {
        await using var engine = await Engine.StartAsync();
        var content = Convert.FromHexString(hex);

        var stored = await engine.Attachments().UploadAsync(name, content);

        Assert.Equal((name, mediaType, content.Length), (stored.Name, stored.MediaType, stored.Size));
        Assert.StartsWith("att_", stored.Id, StringComparison.Ordinal);
        await using var stream = engine.Attachments().TryOpen(stored.Id)!;
        var read = new byte[stream.Length];
        await stream.ReadExactlyAsync(read);
        Assert.Equal(content, read);
        Assert.Equal([stored.Id], AttachmentFiles(engine.DataDirectory));
    }

    [Theory]
    [InlineData("", RefusalKind.Validation)]
    [InlineData("68690068", RefusalKind.Unsupported)]
    [InlineData("FFFE68006900", RefusalKind.Unsupported)]
    [InlineData("68E9", RefusalKind.Unsupported)]
    [InlineData("E4BD", RefusalKind.Unsupported)]
    [InlineData("255044462D312E37E2E3", RefusalKind.Unsupported)]
    [InlineData("7F454C46020101000000", RefusalKind.Unsupported)]
    public async Task WhatIsNotTaken_IsRefused_AndLeavesNothing(string hex, RefusalKind kind)
    {
        await using var engine = await Engine.StartAsync();

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => engine.Attachments().UploadAsync("a.png", Convert.FromHexString(hex)));

        Assert.Equal((kind, "file"), (refusal.Kind, Assert.Single(refusal.Errors.Keys)));
        Assert.Contains("a.png", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(AttachmentFiles(engine.DataDirectory));
    }

    [Fact]
    public async Task Text_IsLookedAtToItsEnd()
    {
        await using var engine = await Engine.StartAsync();
        byte[] late = [.. Enumerable.Repeat((byte)'a', 300_000), 0];

        Assert.Equal(RefusalKind.Unsupported, (await Assert.ThrowsAsync<RefusedException>(() => engine.Attachments().UploadAsync("a.txt", late))).Kind);

        // A character that two pieces share is none of the sort.
        byte[] shared = [.. Enumerable.Repeat((byte)'a', 64 * 1024 - 1), .. Utf8("你"), .. Enumerable.Repeat((byte)'a', 70_000)];
        Assert.Equal(shared.Length, (await engine.Attachments().UploadAsync("a.txt", shared)).Size);
    }

    [Fact]
    public async Task File_OverTheLimit_IsRefused_AndOneThatJustFitsIsTaken()
    {
        await using var engine = await Engine.StartAsync(settings: ("Attachments:MaxBytes", "100000"));
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => engine.UploadAsync("large.txt", new string('a', 100_001)));
        Assert.Equal(RefusalKind.TooLarge, refusal.Kind);
        Assert.Contains("97.7 KB", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(AttachmentFiles(engine.DataDirectory));

        Assert.Equal(100_000, (await engine.UploadAsync("fits.txt", new string('a', 100_000))).Size);
    }

    [Fact]
    public async Task Upload_OfSeveralFiles_IsStoredWholeOrNotAtAll()
    {
        await using var engine = await Engine.StartAsync(settings: ("Attachments:MaxPerMessage", "2"));
        using (var upload = engine.Attachments().BeginUpload())
        {
            await upload.AddAsync("file", "a.txt", new MemoryStream(Utf8("a")), CancellationToken.None);
            await Assert.ThrowsAsync<RefusedException>(() => upload.AddAsync("file", "b.bin", new MemoryStream([0, 1, 2]), CancellationToken.None));
            await upload.AddAsync("file", "b.txt", new MemoryStream(Utf8("b")), CancellationToken.None);
            await Assert.ThrowsAsync<RefusedException>(() => upload.AddAsync("file", "c.txt", new MemoryStream(Utf8("c")), CancellationToken.None));
        }

        Assert.Empty(AttachmentFiles(engine.DataDirectory));
    }

    [Fact]
    public async Task Upload_ThatNoMessageTakesAlong_GoesAfterADay_AndOneThatWasTakenStays()
    {
        var clock = new ManualTimeProvider();
        await using var engine = await Engine.StartAsync(time: clock);
        var unused = await engine.UploadAsync("unused.txt", "a");
        var used = await engine.UploadAsync("used.txt", "b");
        await engine.CreateAsync("Read it", command => command with { Attachments = [used.Id] });
        clock.Advance(TimeSpan.FromHours(23));
        var young = await engine.UploadAsync("young.txt", "c");

        clock.Advance(TimeSpan.FromHours(1));

        await Eventually.TrueAsync(() => AttachmentFiles(engine.DataDirectory).Count == 2);
        Assert.Equal(new[] { used.Id, young.Id }.Order(), AttachmentFiles(engine.DataDirectory));
        Assert.Null(await engine.Attachments().FindAsync(unused.Id));
        Assert.NotNull(await engine.Attachments().FindAsync(used.Id));
    }

    [Fact]
    public async Task Start_SweepsAwayWhatNoRowSpeaksOf()
    {
        var folder = Directory.CreateTempSubdirectory("taskdashboard-attachments-").FullName;
        try
        {
            Attachment kept;
            await using (var engine = await Engine.StartAsync(directory: folder)) kept = await engine.UploadAsync("kept.txt", "a");
            await File.WriteAllTextAsync(Path.Combine(folder, "attachments", "cut-off.part"), "half");
            await File.WriteAllTextAsync(Path.Combine(folder, "attachments", "att_without_row"), "whole");

            await using var again = await Engine.StartAsync(directory: folder);

            Assert.Equal([kept.Id], AttachmentFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Settings_OutOfRange_AreToldTogether()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => Engine.StartAsync(settings: [("Attachments:MaxBytes", "0"), ("Attachments:MaxPerMessage", "101")]));
        Assert.Contains("TaskDashboard:Attachments:MaxBytes", failure.Message, StringComparison.Ordinal);
        Assert.Contains("TaskDashboard:Attachments:MaxPerMessage", failure.Message, StringComparison.Ordinal);
    }
}
